package com.sap.it.api

interface ITApi {}
