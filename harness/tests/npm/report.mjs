// Reads a stream of Cucumber Messages and writes the official HTML report of it: report.mjs MESSAGES REPORT
import fs from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { parseEnvelope } from '@cucumber/messages'
import { CucumberHtmlStream } from '@cucumber/html-formatter'

const [messages, report] = process.argv.slice(2)
const lines = fs.readFileSync(messages, 'utf8').split('\n').filter(Boolean)
await pipeline(Readable.from(lines.map((line) => parseEnvelope(line))), new CucumberHtmlStream(), fs.createWriteStream(report))
