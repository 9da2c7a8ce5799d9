package com.sap.it.api.msglog

/** The entries of one script in the message processing log. */
class MessageLog {
    final List<List<String>> entries = []

    void addAttachmentAsString(String name, String text, String mediaType) { entries << ["attachment", name, text] }
    void addCustomHeaderProperty(String name, String value) { entries << ["header", name, value] }
    void setStringProperty(String name, String value) { entries << ["property", name, value] }
    void setBooleanProperty(String name, Boolean value) { entries << ["property", name, value as String] }
    void setIntegerProperty(String name, Integer value) { entries << ["property", name, value as String] }
    void setLongProperty(String name, Long value) { entries << ["property", name, value as String] }
    void setFloatProperty(String name, Float value) { entries << ["property", name, value as String] }
    void setDoubleProperty(String name, Double value) { entries << ["property", name, value as String] }
    void setDateProperty(String name, Date value) { entries << ["property", name, value as String] }
}
