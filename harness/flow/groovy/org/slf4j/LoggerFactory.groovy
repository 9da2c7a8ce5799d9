package org.slf4j

class LoggerFactory {
    static Logger getLogger(Object name) { new Logger() }
}
