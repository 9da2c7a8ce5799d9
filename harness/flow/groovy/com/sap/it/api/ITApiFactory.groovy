package com.sap.it.api

class ITApiFactory {
    static final Map<Class, Object> SERVICES = [:]

    static <T> T getApi(Class<T> type, Object context) { getService(type, context) }

    static <T> T getService(Class<T> type, Object context) {
        if (!SERVICES.containsKey(type)) throw new UnsupportedOperationException("there is no stand-in for ${type.name}")
        (T) SERVICES[type]
    }
}
