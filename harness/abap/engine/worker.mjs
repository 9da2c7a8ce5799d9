// One session of one ECC system behind a pipe, a JSON document on each line.
// The first line says that it is ready. A request: {"rows": {table: [row]}, "watched": [table], "parameters": {name: value}}.
// The answer: {"commits": [{table: [row]}], "returned": {name: value}}, with "dump" in place of "returned" if the
// function module ended early. Each commit holds the watched tables as they were then.
import {readFileSync} from "node:fs";
import {createInterface} from "node:readline";
import {CLIENT} from "./setup.mjs";

// WRITE, and MESSAGE without INTO, would get between the answers.
const say = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
await import("./output/init.mjs");

const database = abap.context.databaseConnections["DEFAULT"];
const {name, parameters: signature} = JSON.parse(readFileSync(new URL("./function.json", import.meta.url), "utf8"));

function fill(target, value) {
  if (Array.isArray(value)) {
    for (const row of value) {
      const line = target.getRowType().clone();
      fill(line, row);
      target.append(line);
    }
  } else if (typeof value === "object") {
    for (const [component, text] of Object.entries(value)) fill(target.get()[component.toLowerCase()], text);
  } else {
    target.set(value);
  }
}

function plain(field) {
  if (field.array) return field.array().map(plain);
  const value = field.get();
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([component, held]) => [component.toUpperCase(), plain(held)]));
  }
  return typeof value === "string" ? value.replace(/ +$/, "") : value;
}

function variable({kind, type}) {
  const made = abap.DDIC[type].type().clone(); // the same object at each call
  return kind === "tables" && !made.array ? new abap.types.Table(made) : made;
}

function put(table, rows) {
  database.run(`DELETE FROM ${table}`);
  for (const row of rows) {
    const columns = abap.DDIC[table].keyFields.includes("MANDT") ? {MANDT: CLIENT, ...row} : row;
    const places = Object.keys(columns).map(() => "?");
    database.run(`INSERT INTO ${table} (${Object.keys(columns)}) VALUES (${places})`, Object.values(columns));
  }
}

async function call({rows, watched, parameters}) {
  const input = {exporting: {}, importing: {}, tables: {}};
  for (const [parameter, described] of Object.entries(signature)) {
    const made = input[described.kind][parameter.toLowerCase()] = variable(described);
    if (parameter in parameters) fill(made, parameters[parameter]);
  }
  for (const [table, held] of Object.entries(rows)) put(table, held);
  const commits = [];
  database.onCommit = () => {
    commits.push(Object.fromEntries(watched.map((table) => [table, database.rows(`SELECT * FROM ${table}`)])));
  };
  try {
    await abap.FunctionModules[name](input);
    await database.commit(); // the end of the session commits
  } catch (failure) {
    await database.rollback();
    return {commits, dump: describe(failure)};
  }
  const returned = Object.entries(signature).filter(([, {kind}]) => kind !== "exporting");
  const values = returned.map(([parameter, {kind}]) => [parameter, plain(input[kind][parameter.toLowerCase()])]);
  return {commits, returned: Object.fromEntries(values)};
}

// The class of an exception and its place, without its text, which could show values.
function describe(failure) {
  const exception = failure.constructor.name.toUpperCase();
  const words = failure.message ?? "";
  const known = /^[A-Z_]+$|^Global class \w+ not found$|^no such (column|table): [\w.]+$/.test(words) ? words : "the engine failed";
  const place = /([\w#.]+\.abap):(\d+)/.exec(failure.stack ?? "");
  return {
    error: /CX_/.test(exception) ? exception : known,
    file: failure.EXTRA_CX?.INTERNAL_FILENAME ?? place?.[1] ?? "",
    line: failure.EXTRA_CX?.INTERNAL_LINE ?? Number(place?.[2] ?? 0),
  };
}

say("ready\n");
for await (const line of createInterface({input: process.stdin})) {
  say(`${JSON.stringify(await call(JSON.parse(line)))}\n`);
}
