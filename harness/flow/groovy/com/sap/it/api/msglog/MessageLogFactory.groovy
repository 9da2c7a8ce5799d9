package com.sap.it.api.msglog

class MessageLogFactory {
    private MessageLog log = new MessageLog()

    MessageLog getMessageLog(Object message) { log }

    /** Returns what the script has logged, and starts anew. */
    List<List<String>> take() {
        def taken = log.entries
        log = new MessageLog()
        taken
    }
}
