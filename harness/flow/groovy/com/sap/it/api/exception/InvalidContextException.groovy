package com.sap.it.api.exception

class InvalidContextException extends Exception {}
