/** Keeps what scripts print, as far as that is little enough to be looked through. */
class Printed extends ByteArrayOutputStream {
    static final int MOST = 10 * 1024 * 1024

    synchronized void write(int one) {
        admit(1)
        super.write(one)
    }

    synchronized void write(byte[] bytes, int from, int length) {
        admit(length)
        super.write(bytes, from, length)
    }

    private void admit(int more) {
        if (size() + more > MOST) throw new IllegalStateException("more than ${MOST >> 20} MiB were printed")
    }
}
