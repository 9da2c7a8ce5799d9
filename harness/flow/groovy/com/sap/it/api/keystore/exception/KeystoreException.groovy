package com.sap.it.api.keystore.exception

class KeystoreException extends Exception {
    KeystoreException(String why) { super(why) }
}
