package org.slf4j

/** The trace of a tenant. Here it is the standard output: nobody reads it, but confidential values are looked for in it. */
class Logger {
    void trace(Object... said) { println said.join(' ') }
    void debug(Object... said) { println said.join(' ') }
    void info(Object... said) { println said.join(' ') }
    void warn(Object... said) { println said.join(' ') }
    void error(Object... said) { println said.join(' ') }
}
