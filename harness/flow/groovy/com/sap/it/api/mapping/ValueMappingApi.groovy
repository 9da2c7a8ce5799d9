package com.sap.it.api.mapping

import com.sap.it.api.ITApi

class ValueMappingApi implements ITApi {
    final Map<List<String>, String> values = [:]

    String getMappedValue(String agency, String identifier, String value, String targetAgency, String targetIdentifier) {
        values[[agency, identifier, value, targetAgency, targetIdentifier]]
    }
}
