package com.sap.it.api.mapping

interface MappingContext {
    Object getHeader(String name)
    Object getProperty(String name)
    void setHeader(String name, Object value)
    void setProperty(String name, Object value)
}
