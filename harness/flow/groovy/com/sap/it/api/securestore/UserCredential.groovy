package com.sap.it.api.securestore

class UserCredential {
    String username
    char[] password
    Map<String, String> credentialProperties = [:]
}
