package com.sap.it.api.pd

class BinaryData {
    byte[] data
    String mimeType
}
