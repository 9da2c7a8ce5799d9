package com.sap.it.api.securestore.exception

class SecureStoreException extends Exception {
    SecureStoreException(String why) { super(why) }
}
