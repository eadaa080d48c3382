package org.kymograph.record.tensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.razorvine.pickle.IObjectConstructor;
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
    private static final int MAX_TUPLE = 8;
    private static final Map<String, Object> ALLOWED = new HashMap<>();

    private final Path file;
    private final int length;
    private int opcodes;

    /** A Python object that isn't read: its class is all that is known of it, and whatever fills it is dropped. */
    private record Unread(String type) {
        @Override
        public String toString() {
            return type;
        }
    }

    /** A Python class or function that isn't known; a call of it makes an object that isn't read, and runs nothing. */
    private record Unknown(String name) implements IObjectConstructor {
        @Override
        public Object construct(Object[] args) {
            return new Unread(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A Python class or function that is imitated. */
    private record Known(String name, IObjectConstructor constructor) implements IObjectConstructor {
        @Override
        public Object construct(Object[] args) {
            return constructor.construct(args);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** The class of a storage; an untyped one has bytes. */
    private record StorageClass(String name, Dtype dtype) {
        @Override
        public String toString() {
            return name;
        }
    }

    static {
        Map<String, Dtype> storages = new HashMap<>(Map.of(
                "Double", Dtype.F64, "Float", Dtype.F32, "Half", Dtype.F16, "BFloat16", Dtype.BF16, "Long", Dtype.I64));
        storages.putAll(
                Map.of("Int", Dtype.I32, "Short", Dtype.I16, "Char", Dtype.I8, "Byte", Dtype.U8, "Bool", Dtype.BOOL));
        for (String other :
                List.of("ComplexFloat", "ComplexDouble", "QInt8", "QUInt8", "QInt32", "QUInt4x2", "QUInt2x4")) {
            storages.put(other, Dtype.OPAQUE);
        }
        storages.forEach((name, dtype) ->
                ALLOWED.put("torch." + name + "Storage", new StorageClass("torch." + name + "Storage", dtype)));
        for (String untyped : List.of("torch.storage.UntypedStorage", "torch.UntypedStorage")) {
            ALLOWED.put(untyped, new StorageClass(untyped, Dtype.U8));
        }
        Map<String, Dtype> dtypes = new HashMap<>(Map.of(
                "float64",
                Dtype.F64,
                "float32",
                Dtype.F32,
                "float16",
                Dtype.F16,
                "bfloat16",
                Dtype.BF16,
                "int64",
                Dtype.I64,
                "int32",
                Dtype.I32,
                "int16",
                Dtype.I16,
                "int8",
                Dtype.I8));
        dtypes.putAll(Map.of(
                "uint64",
                Dtype.U64,
                "uint32",
                Dtype.U32,
                "uint16",
                Dtype.U16,
                "uint8",
                Dtype.U8,
                "bool",
                Dtype.BOOL,
                "float8_e4m3fn",
                Dtype.F8_E4M3,
                "float8_e5m2",
                Dtype.F8_E5M2,
                "float8_e8m0fnu",
                Dtype.F8_E8M0));
        dtypes.forEach((name, dtype) -> ALLOWED.put("torch." + name, dtype));
        allow("collections.OrderedDict", TorchPickle::orderedDict);
        allow("collections.defaultdict", args -> new LinkedHashMap<>());
        allow("collections.Counter", args -> args.length == 0 ? new LinkedHashMap<>() : (LinkedHashMap<?, ?>) args[0]);
        allow("torch.Size", args -> (Object[]) args[0]);
        allow("torch.device", args -> args.length == 1 ? (String) args[0] : (String) args[0] + ":" + asLong(args[1]));
        allow("torch._utils._rebuild_tensor", TorchPickle::tensor);
        allow("torch._utils._rebuild_tensor_v2", TorchPickle::tensor);
        allow("torch._utils._rebuild_tensor_v3", TorchPickle::tensorOfDtype);
        allow("torch._utils._rebuild_parameter", args -> args[0]);
        allow("torch._utils._rebuild_parameter_with_state", args -> args[0]);
        allow("torch._tensor._rebuild_from_type_v2", TorchPickle::tensorWithAttributes);
    }

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
                if (!(stack.peek() instanceof Unread)) {
                    put(map(stack.peek()), key, value);
                }
            }
            case Opcodes.APPEND -> appendAll(Collections.singletonList(stack.pop()));
            case Opcodes.EMPTY_SET -> stack.add(new Unread("builtins.set"));
            case Opcodes.FROZENSET -> {
                stack.pop_all_since_marker();
                stack.add(new Unread("builtins.frozenset"));
            }
            case Opcodes.ADDITEMS -> {
                stack.pop_all_since_marker();
                unread(stack.peek());
            }
            case Opcodes.NEWOBJ_EX -> {
                stack.pop();
                stack.pop();
                stack.add(new Unread(String.valueOf(stack.pop())));
            }
            case Opcodes.SETITEMS -> putAll();
            case Opcodes.APPENDS -> appendAll(stack.pop_all_since_marker());
            case Opcodes.GLOBAL -> stack.add(global(line(), line()));
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                stack.add(global((String) stack.pop(), name));
            }
            case Opcodes.BUILD -> {
                stack.pop();
                if (!(stack.peek() instanceof Unread) && !(stack.peek() instanceof TorchTensor)) {
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
        Dtype dtype = parts[1] instanceof StorageClass storage ? storage.dtype : Dtype.OPAQUE;
        return TorchTensor.Storage.of((String) parts[2], dtype, asLong(parts[4]));
    }

    private void putAll() {
        List<Object> items = stack.pop_all_since_marker();
        if (items.size() % 2 != 0) {
            throw bad("has a key without a value");
        }
        if (stack.peek() instanceof Unread) {
            return;
        }
        Map<Object, Object> target = map(stack.peek());
        for (int i = 0; i < items.size(); i += 2) {
            put(target, items.get(i), items.get(i + 1));
        }
    }

    private static void put(Map<Object, Object> target, Object key, Object value) {
        Object plain = key instanceof String || key instanceof Number || key instanceof Boolean ? key : name(key);
        for (int i = 2; plain != key && target.containsKey(plain); i++) {
            plain = name(key) + "#" + i;
        }
        target.put(plain, value);
    }

    // Tuples and objects could contain themselves and never finish hashing, so their text is the key, one level deep.
    private static String name(Object key) {
        if (key instanceof Object[] tuple) {
            return Arrays.stream(tuple)
                    .limit(MAX_TUPLE)
                    .map(e -> e instanceof String || e instanceof Number
                            ? e.toString()
                            : name(e instanceof Object[] ? "…" : e))
                    .collect(Collectors.joining(", ", "(", tuple.length > MAX_TUPLE ? ", …)" : ")"));
        }
        return key == null ? "None" : key instanceof List<?> || key instanceof Map<?, ?> ? "…" : key.toString();
    }

    private void appendAll(List<Object> items) {
        if (stack.peek() instanceof Unread) {
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
        if (!(target instanceof Unread)) {
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

    private static Object global(String module, String name) {
        String whole = module + "." + name;
        Object allowed = ALLOWED.get(whole);
        return allowed == null ? new Unknown(whole) : allowed;
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

    private static void allow(String name, IObjectConstructor constructor) {
        ALLOWED.put(name, new Known(name, constructor));
    }

    private static Object orderedDict(Object[] args) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (args.length > 0) {
            for (Object pair : (List<?>) args[0]) {
                List<?> keyAndValue = pair instanceof Object[] tuple ? Arrays.asList(tuple) : (List<?>) pair;
                put(map, keyAndValue.get(0), keyAndValue.get(1));
            }
        }
        return map;
    }

    private static Object tensor(Object[] args) {
        TorchTensor.Storage storage = (TorchTensor.Storage) args[0];
        return new TorchTensor(storage, storage.dtype(), asLong(args[1]), longs(args[2]), longs(args[3]));
    }

    private static Object tensorOfDtype(Object[] args) {
        Dtype dtype = args[6] instanceof Dtype known ? known : Dtype.OPAQUE;
        return new TorchTensor((TorchTensor.Storage) args[0], dtype, asLong(args[1]), longs(args[2]), longs(args[3]));
    }

    private static Object tensorWithAttributes(Object[] args) {
        // Only the two plain makers, so that such calls can't be nested without end.
        if (args[0] != ALLOWED.get("torch._utils._rebuild_tensor_v2")
                && args[0] != ALLOWED.get("torch._utils._rebuild_parameter")) {
            return new Unread(String.valueOf(args[1]));
        }
        return ((IObjectConstructor) args[0]).construct((Object[]) args[2]);
    }

    private static long[] longs(Object tuple) {
        return Arrays.stream((Object[]) tuple).mapToLong(TorchPickle::asLong).toArray();
    }

    private static long asLong(Object number) {
        if (number instanceof Integer || number instanceof Long) {
            return ((Number) number).longValue();
        }
        throw new IllegalArgumentException("has "
                + (number == null ? "None" : number.getClass().getSimpleName()) + " where an integer is expected");
    }
}
