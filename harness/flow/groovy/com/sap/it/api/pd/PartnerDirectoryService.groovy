package com.sap.it.api.pd

import com.sap.it.api.ITApi

/** A partner directory that holds nothing. */
class PartnerDirectoryService implements ITApi {
    def <T> T getParameter(String id, String partner, Class<T> type) { null }
    String getPartnerId(String agency, String scheme, String alternative) { null }
    String getAlternativePartnerId(String agency, String scheme, String partner) { null }
    List<String> getAuthorizedUsers(String partner) { [] }
}
