package org.kymograph.record.tensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;
import org.kymograph.record.files.RecordException;

/**
 * Reads the pickle inside a PyTorch file, which is a program, and runs only what a state dict needs: the listed opcodes
 * on the listed classes, within limits. Dictionaries keep their order, tensors become {@link TorchTensor}s, and objects of any
 * other class become a note of its name. No name in the file is ever looked up among Java's or Python's own.
 */
final class TorchPickle extends Unpickler {
    /** An opcode of one byte can make an object of a hundred, so their number is limited and not only the file's size. */
    private static final int MAX_OPCODES = 4_000_000;

    private static final int MAX_GLOBAL = 512;

    private final Path file;
    private final int length;
    private int opcodes;

    private TorchPickle(Path file, int length) {
        this.file = file;
        this.length = length;
    }

    /** The object that a pickle builds: maps, lists, arrays for tuples, tensors, strings, numbers, booleans and null. */
    static Object read(Path file, byte[] pickle) {
        TorchPickle unpickler = new TorchPickle(file, pickle.length);
        try {
            Object value = unpickler.load(new ByteArrayInputStream(pickle));
            if (unpickler.input.available() > 0) {
                throw unpickler.bad("goes on after its end");
            }
            return value;
        } catch (RecordException e) {
            throw e;
        } catch (IllegalArgumentException | PickleException | IOException e) {
            throw unpickler.bad(e.getMessage());
        } catch (RuntimeException e) {
            throw unpickler.bad("is damaged (" + e.getClass().getSimpleName() + ")");
        }
    }

    @Override
    protected Object dispatch(short opcode) throws IOException {
        if (++opcodes > MAX_OPCODES) {
            throw bad("has more than " + MAX_OPCODES + " opcodes");
        }
        switch (opcode) {
            case Opcodes.PROTO,
                    Opcodes.FRAME,
                    Opcodes.STOP,
                    Opcodes.MARK,
                    Opcodes.NONE,
                    Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.LONG1,
                    Opcodes.BINFLOAT,
                    Opcodes.SHORT_BINSTRING,
                    Opcodes.SHORT_BINUNICODE,
                    Opcodes.SHORT_BINBYTES,
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.EMPTY_LIST,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.BINPERSID,
                    Opcodes.POP,
                    Opcodes.REDUCE,
                    Opcodes.NEWOBJ -> {
                return super.dispatch(opcode);
            }
            case Opcodes.BINUNICODE, Opcodes.BINSTRING, Opcodes.BINBYTES, Opcodes.LONG4 -> {
                checkLength(4);
                return super.dispatch(opcode);
            }
            case Opcodes.BINUNICODE8, Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> {
                checkLength(8);
                return super.dispatch(opcode);
            }
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                Object key = stack.pop();
                if (!(stack.peek() instanceof TorchNames.Unread)) {
                    TorchNames.put(map(stack.peek()), key, value);
                }
            }
            case Opcodes.APPEND -> appendAll(Collections.singletonList(stack.pop()));
            case Opcodes.EMPTY_SET -> stack.add(new TorchNames.Unread("builtins.set"));
            case Opcodes.FROZENSET -> {
                stack.pop_all_since_marker();
                stack.add(new TorchNames.Unread("builtins.frozenset"));
            }
            case Opcodes.ADDITEMS -> {
                stack.pop_all_since_marker();
                unread(stack.peek());
            }
            case Opcodes.NEWOBJ_EX -> {
                stack.pop();
                stack.pop();
                stack.add(new TorchNames.Unread(String.valueOf(stack.pop())));
            }
            case Opcodes.SETITEMS -> putAll();
            case Opcodes.APPENDS -> appendAll(stack.pop_all_since_marker());
            case Opcodes.GLOBAL -> stack.add(TorchNames.named(line(), line()));
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                stack.add(TorchNames.named((String) stack.pop(), name));
            }
            case Opcodes.BUILD -> {
                stack.pop();
                if (!(stack.peek() instanceof TorchNames.Unread) && !(stack.peek() instanceof TorchTensor)) {
                    map(stack.peek());
                }
            }
            default -> throw bad(String.format("uses the opcode 0x%02x, which no state dict needs", opcode));
        }
        return NO_RETURN_VALUE;
    }

    @Override
    protected Object persistentLoad(Object id) {
        Object[] parts = (Object[]) id;
        if (parts.length < 5 || !"storage".equals(parts[0])) {
            throw bad("refers to something other than a storage");
        }
        Dtype dtype = parts[1] instanceof TorchNames.StorageClass storage ? storage.dtype() : Dtype.OPAQUE;
        return TorchTensor.Storage.of((String) parts[2], dtype, TorchNames.asLong(parts[4]));
    }

    private void putAll() {
        List<Object> items = stack.pop_all_since_marker();
        if (items.size() % 2 != 0) {
            throw bad("has a key without a value");
        }
        if (stack.peek() instanceof TorchNames.Unread) {
            return;
        }
        Map<Object, Object> target = map(stack.peek());
        for (int i = 0; i < items.size(); i += 2) {
            TorchNames.put(target, items.get(i), items.get(i + 1));
        }
    }

    private void appendAll(List<Object> items) {
        if (stack.peek() instanceof TorchNames.Unread) {
            return;
        }
        if (!(stack.peek() instanceof ArrayList<?> list)) {
            throw bad("appends to something other than a list");
        }
        @SuppressWarnings("unchecked")
        List<Object> target = (List<Object>) list;
        target.addAll(items);
    }

    private void unread(Object target) {
        if (!(target instanceof TorchNames.Unread)) {
            throw bad("adds to something other than a set");
        }
    }

    private Map<Object, Object> map(Object target) {
        if (!(target instanceof LinkedHashMap<?, ?>)) {
            throw bad("fills something other than a dictionary");
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) target;
        return map;
    }

    private String line() throws IOException {
        byte[] text = new byte[MAX_GLOBAL];
        for (int n = 0; n < text.length; n++) {
            int b = input.read();
            if (b < 0) {
                throw bad("ends in the middle of a name");
            }
            if (b == '\n') {
                return new String(text, 0, n, StandardCharsets.UTF_8);
            }
            text[n] = (byte) b;
        }
        throw bad("has a Python name longer than " + MAX_GLOBAL + " bytes");
    }

    private void checkLength(int width) throws IOException {
        input.mark(8);
        long claimed = 0;
        for (int shift = 0; shift < 8 * width; shift += 8) {
            claimed |= (long) (input.read() & 0xff) << shift;
        }
        if (claimed < 0 || claimed > input.available()) {
            throw bad("claims a string of " + Long.toUnsignedString(claimed) + " bytes; " + input.available()
                    + " are left");
        }
        input.reset();
    }

    private RecordException bad(String what) {
        int at = -1;
        try {
            at = length - input.available();
        } catch (IOException e) {
            at = length;
        }
        return new RecordException(file, "the pickle in it, at byte " + at + " of " + length + ": " + what);
    }
}
