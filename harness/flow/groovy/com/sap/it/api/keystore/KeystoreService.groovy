package com.sap.it.api.keystore

import com.sap.it.api.ITApi
import com.sap.it.api.keystore.exception.KeystoreException

/** A keystore that holds nothing. */
class KeystoreService implements ITApi {
    Object getCertificate(String alias) { throw new KeystoreException("there is no certificate ${alias}") }
    Object getKey(String alias) { throw new KeystoreException("there is no key ${alias}") }
    Object getKeyPair(String alias) { throw new KeystoreException("there is no key pair ${alias}") }
}
