package com.sap.gateway.ip.core.customdev.util

/**
 * What a script sees of a message, after SAP's public documentation.
 * It is an interface, as in CPI: a Groovy class with getProperty(String) would answer message.headers with a property.
 */
interface Message {
    Object getBody()
    def <T> T getBody(Class<T> type)
    void setBody(Object value)
    long getBodySize()
    Map<String, Object> getHeaders()
    Object getHeader(String name)
    def <T> T getHeader(String name, Class<T> type)
    void setHeader(String name, Object value)
    void setHeaders(Map<String, Object> all)
    Map<String, Object> getProperties()
    Object getProperty(String name)
    void setProperty(String name, Object value)
    void setProperties(Map<String, Object> all)
    Map<String, Object> getAttachments()
    void setAttachments(Map<String, Object> all)
}
