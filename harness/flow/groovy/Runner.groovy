import com.sap.gateway.ip.core.customdev.util.Message
import com.sap.it.api.ITApiFactory
import com.sap.it.api.exception.InvalidContextException
import com.sap.it.api.keystore.KeystoreService
import com.sap.it.api.mapping.ValueMappingApi
import com.sap.it.api.msglog.MessageLogFactory
import com.sap.it.api.pd.BinaryData
import com.sap.it.api.pd.PartnerDirectoryService
import com.sap.it.api.securestore.SecureStoreService
import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import groovy.transform.Field
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.MultipleCompilationErrorsException
import org.codehaus.groovy.runtime.InvokerHelper
import org.codehaus.groovy.runtime.InvokerInvocationException
import org.slf4j.Logger
import org.slf4j.LoggerFactory

// One JVM for all scripts: it reads a request as a line of JSON, and writes a line for each.
// Every class that stands in for one of SAP is imported, so that all are compiled at once, and scripts share them.
// Messages stay here, so that a property may hold any object. Python sees texts, and sends what it has changed.

@Field Map<String, Message> messages = [:]
@Field Map<String, Class> compiled = [:]
@Field MessageLogFactory logs = new MessageLogFactory()
@Field Printed printed = new Printed()
@Field SecureStoreService secureStore = new SecureStoreService()
@Field CompilerConfiguration inMemory = new CompilerConfiguration()

def requests = System.in.newReader("UTF-8")
def answers = new PrintStream(System.out, true, "UTF-8")
System.in = new ByteArrayInputStream(new byte[0])   // no script may read a request
keepPrinted()   // nor write an answer
inMemory.setTargetDirectory((File) null)   // the folder of our classes must not get those of scripts
Runtime.runtime.addShutdownHook { answers.println("exit") }   // not called where memory is lacking
@Field final Locale locale = Locale.default
@Field final TimeZone zone = TimeZone.default
@Field final Properties settings = (Properties) System.properties.clone()
ITApiFactory.SERVICES.putAll([(SecureStoreService): secureStore, (ValueMappingApi): new ValueMappingApi(),
                              (KeystoreService): new KeystoreService(),
                              (PartnerDirectoryService): new PartnerDirectoryService()])

String line
while ((line = requests.readLine()) != null) {
    def request = new JsonSlurper().parseText(line)
    def answer
    try {
        answer = [start: this.&start, compile: this.&compile, run: this.&run, drop: this.&drop][request.op](request)
    } catch (Throwable failure) {
        answer = problem(failure, request)
    }
    answers.println(JsonOutput.toJson(answer))
}

Map start(Map request) {
    secureStore.credentials = request.credentials
    [groovy: GroovySystem.version, java: System.getProperty("java.version")]
}

Map compile(Map request) {
    classOf(request.script)
    [:]
}

Map run(Map request) {
    Message message = messages[request.id] ?: (messages[request.id] = Exchange.create())
    if (request.containsKey("body")) message.body = request.body?.decodeBase64()
    request.headers.each { name, value -> value == null ? message.headers.remove(name) : message.setHeader(name, value) }
    request.properties.each { name, value ->
        def held = name == "CamelExceptionCaught" && value != null ? new RuntimeException(value as String) : value
        held == null ? message.properties.remove(name) : message.setProperty(name, held)
    }
    def failed = [:]
    try {
        def script = InvokerHelper.createScript(classOf(request.script), new Binding([messageLogFactory: logs]))
        def returned = script.invokeMethod(request.function, [message] as Object[])
        if (returned instanceof Message) messages[request.id] = message = returned
    } catch (Throwable failure) {
        failed = problem(failure, request)   // what the script has changed before stays changed
    }
    def changed = restoreDefaults()
    if (changed && !failed) {
        def why = "it changes the default ${changed.join(' and ')} of the JVM, and so of all other flows".toString()
        failed = [error: "", message: why, file: "", line: 0]
    }
    failed + [body: message.bodySize ? message.getBody(byte[]).encodeBase64().toString() : null,
              headers: message.headers.collectEntries { name, value -> [name, plain(value)] },
              properties: message.properties.collectEntries { name, value -> [name, plain(value)] },
              log: logs.take() + takePrinted()]
}

/** Undo what a script has set for the whole JVM. Return what of that changes what other scripts do. */
List<String> restoreDefaults() {
    def changed = []
    if (TimeZone.getDefault() != zone) changed << "time zone"
    if ([Locale.getDefault(), Locale.getDefault(Locale.Category.FORMAT)].any { it != locale }) changed << "Locale"
    TimeZone.setDefault(zone)
    Locale.setDefault(locale)
    if (System.properties != settings) System.properties = (Properties) settings.clone()
    changed
}

void keepPrinted() {
    System.out = System.err = new PrintStream(printed, true, "UTF-8")
}

List<List<String>> takePrinted() {
    def text = printed.toString("UTF-8")
    printed.reset()
    keepPrinted()
    text ? [["output", "", text]] : []
}

Map drop(Map request) {
    messages.remove(request.id)
    [:]
}

Class classOf(String file) {
    def source = new File(file)
    compiled.computeIfAbsent("${file} ${source.lastModified()}".toString()) {
        def loader = new GroovyClassLoader(this.class.classLoader, inMemory)
        loader.addClasspath(new File(source.parentFile, "../../../..").canonicalPath)   // for src.main.resources.script.Other
        new File(source.parentFile.parentFile, "lib").listFiles().each { if (it.name.endsWith(".jar")) loader.addClasspath(it.path) }
        loader.parseClass(new GroovyCodeSource(source, "UTF-8"), false)
    }
}

static Object plain(Object value) {
    if (value instanceof Double || value instanceof Float) return value.isNaN() || value.isInfinite() ? value.toString() : value
    value == null || value instanceof Number || value instanceof Boolean ? value : String.valueOf(value)
}

static Map problem(Throwable failure, Map request) {
    def cause = failure instanceof InvokerInvocationException ? failure.cause : failure
    if (cause instanceof MultipleCompilationErrorsException) {
        def error = cause.errorCollector.getSyntaxError(0)
        return [error: "compilation", message: error?.originalMessage ?: cause.message, line: error?.line ?: 0]
    }
    def name = new File(request.script ?: "").name
    def place = cause.stackTrace.find { it.fileName == name }
    [error: cause.class.name, message: cause.message ?: "", file: place?.fileName ?: "", line: place?.lineNumber ?: 0]
}
