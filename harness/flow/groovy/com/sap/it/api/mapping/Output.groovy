package com.sap.it.api.mapping

interface Output {
    void addValue(Object value)
    void addContextChange()
    void addSuppress()
}
