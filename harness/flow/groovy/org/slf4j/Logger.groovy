package org.slf4j

/** The trace of a tenant, which nobody reads here. */
class Logger {
    void trace(Object... said) {}
    void debug(Object... said) {}
    void info(Object... said) {}
    void warn(Object... said) {}
    void error(Object... said) {}
}
