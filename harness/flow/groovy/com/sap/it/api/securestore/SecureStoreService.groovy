package com.sap.it.api.securestore

import com.sap.it.api.ITApi
import com.sap.it.api.securestore.exception.SecureStoreException

class SecureStoreService implements ITApi {
    Map<String, Map> credentials = [:]

    UserCredential getUserCredential(String alias) {
        def found = credentials[alias]
        if (!found) throw new SecureStoreException("there is no credential ${alias}")
        new UserCredential(username: found.user, password: (found.password as String).toCharArray())
    }
}
