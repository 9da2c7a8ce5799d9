import com.sap.gateway.ip.core.customdev.util.Message
import java.lang.reflect.InvocationHandler
import java.lang.reflect.Method
import java.lang.reflect.Proxy

/** Stands behind a Message. */
class Exchange implements InvocationHandler {
    private Object body
    private final Map<String, Object> headers = new TreeMap<String, Object>(String.CASE_INSENSITIVE_ORDER)
    private Map<String, Object> exchangeProperties = [:]
    private Map<String, Object> attachments = [:]

    static Message create() {
        (Message) Proxy.newProxyInstance(Message.classLoader, [Message] as Class[], new Exchange())
    }

    Object invoke(Object proxy, Method method, Object[] args) {
        switch (method.name) {
            case "getBody":
                if (args) return convert(body, (Class) args[0])
                return body instanceof byte[] ? new ByteArrayInputStream((byte[]) body) : body
            case "setBody":
                body = args[0] instanceof InputStream ? ((InputStream) args[0]).bytes : args[0]
                return null
            case "getBodySize": return body == null ? 0L : (long) bytes(body).length
            case "getHeaders": return headers
            case "getHeader":
                def found = headers[(String) args[0]]
                return args.length == 1 ? found : convert(found, (Class) args[1])
            case "setHeader": headers[(String) args[0]] = args[1]; return null
            case "setHeaders":
                def given = new LinkedHashMap((Map) args[0])
                headers.clear()
                headers.putAll(given)
                return null
            case "getProperties": return exchangeProperties
            case "getProperty": return exchangeProperties[(String) args[0]]
            case "setProperty": exchangeProperties[(String) args[0]] = args[1]; return null
            case "setProperties": exchangeProperties = new LinkedHashMap((Map) args[0]); return null
            case "getAttachments": return attachments
            case "setAttachments": attachments = (Map) args[0]; return null
            case "hashCode": return System.identityHashCode(proxy)
            case "equals": return proxy.is(args[0])
            case "toString": return "Message"
        }
        throw new UnsupportedOperationException(method.name)
    }

    static byte[] bytes(Object value) {
        value instanceof byte[] ? (byte[]) value : ((String) convert(value, String)).getBytes("UTF-8")
    }

    private static Object convert(Object value, Class type) {
        if (value == null || type.isInstance(value)) return value
        switch (type) {
            case String: return text(value)
            case byte[]: return bytes(value)
            case InputStream: return new ByteArrayInputStream(bytes(value))
            case Reader: return new StringReader(text(value))
        }
        throw new IllegalArgumentException("no conversion from ${value.class.name} to ${type.name}")
    }

    private static String text(Object value) {
        if (value instanceof byte[]) return new String((byte[]) value, "UTF-8")
        if (value instanceof Reader) return ((Reader) value).text
        value instanceof InputStream ? ((InputStream) value).getText("UTF-8") : value.toString()
    }
}
