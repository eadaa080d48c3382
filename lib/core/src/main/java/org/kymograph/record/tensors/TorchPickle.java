package org.kymograph.record.tensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;
import org.kymograph.record.files.RecordException;

/**
 * Reads the pickle inside a PyTorch file, which is a program, and runs only what a state dict needs: the listed opcodes
 * on the listed classes, within limits. Dictionaries keep their order, tensors become {@link TorchTensor}s, and no name
 * in the file is ever looked up among Java's or Python's own.
 */
final class TorchPickle extends Unpickler {
    /** An opcode of one byte can make an object of a hundred, so their number is limited and not only the file's size. */
    private static final int MAX_OPCODES = 4_000_000;

    private static final int MAX_GLOBAL = 512;
    private static final Map<String, Object> ALLOWED = new HashMap<>();

    private final Path file;
    private final int length;
    private int opcodes;

    /** A class that may be named but makes nothing. */
    private record Named(String name) {}

    /** The class of a storage; an untyped one has bytes. */
    private record StorageClass(Dtype dtype) {}

    static {
        Map<String, Dtype> storages = Map.of(
                "Double",
                Dtype.F64,
                "Float",
                Dtype.F32,
                "Half",
                Dtype.F16,
                "BFloat16",
                Dtype.BF16,
                "Long",
                Dtype.I64,
                "Int",
                Dtype.I32,
                "Byte",
                Dtype.U8,
                "Bool",
                Dtype.BOOL);
        storages.forEach((name, dtype) -> ALLOWED.put("torch." + name + "Storage", new StorageClass(dtype)));
        ALLOWED.put("torch.storage.UntypedStorage", new StorageClass(Dtype.U8));
        ALLOWED.put("torch.UntypedStorage", new StorageClass(Dtype.U8));
        Map<String, Dtype> dtypes = Map.of(
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
                "uint8",
                Dtype.U8,
                "bool",
                Dtype.BOOL);
        dtypes.forEach((name, dtype) -> ALLOWED.put("torch." + name, dtype));
        for (String builtin : List.of("dict", "list", "int", "float")) {
            ALLOWED.put("builtins." + builtin, new Named(builtin));
            ALLOWED.put("__builtin__." + builtin, new Named(builtin));
        }
        ALLOWED.put("torch.Tensor", new Named("torch.Tensor"));
        ALLOWED.put("torch.nn.parameter.Parameter", new Named("torch.nn.parameter.Parameter"));
        allow("collections.OrderedDict", TorchPickle::orderedDict);
        allow("collections.defaultdict", args -> new LinkedHashMap<>());
        allow("torch.Size", args -> (Object[]) args[0]);
        allow("torch.device", args -> args.length == 1 ? (String) args[0] : (String) args[0] + ":" + asLong(args[1]));
        allow("torch._utils._rebuild_tensor", TorchPickle::tensor);
        allow("torch._utils._rebuild_tensor_v2", TorchPickle::tensor);
        allow("torch._utils._rebuild_tensor_v3", TorchPickle::tensorOfDtype);
        allow("torch._utils._rebuild_parameter", args -> (TorchTensor) args[0]);
        allow("torch._utils._rebuild_parameter_with_state", args -> (TorchTensor) args[0]);
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
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.EMPTY_LIST,
                    Opcodes.APPEND,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.BINPERSID,
                    Opcodes.REDUCE,
                    Opcodes.NEWOBJ -> {
                return super.dispatch(opcode);
            }
            case Opcodes.BINUNICODE, Opcodes.BINSTRING -> {
                checkLength();
                return super.dispatch(opcode);
            }
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                put(map(stack.size() < 2 ? null : peekBelow()), stack.pop(), value);
            }
            case Opcodes.SETITEMS -> putAll();
            case Opcodes.APPENDS -> appendAll();
            case Opcodes.GLOBAL -> stack.add(global(line(), line()));
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                stack.add(global((String) stack.pop(), name));
            }
            case Opcodes.BUILD -> {
                stack.pop();
                map(stack.peek());
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
        return TorchTensor.Storage.of((String) parts[2], ((StorageClass) parts[1]).dtype, asLong(parts[4]));
    }

    private Object peekBelow() {
        Object top = stack.pop();
        Object below = stack.peek();
        stack.add(top);
        return below;
    }

    private void putAll() {
        List<Object> items = stack.pop_all_since_marker();
        Map<Object, Object> target = map(stack.peek());
        if (items.size() % 2 != 0) {
            throw bad("has a key without a value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            put(target, items.get(i), items.get(i + 1));
        }
    }

    private void put(Map<Object, Object> target, Object key, Object value) {
        // Other keys, such as tuples, could contain themselves and never finish hashing.
        if (!(key instanceof String || key instanceof Integer || key instanceof Long || key instanceof Boolean)) {
            throw bad("has a dictionary key that is neither text nor an integer");
        }
        target.put(key, value);
    }

    private void appendAll() {
        List<Object> items = stack.pop_all_since_marker();
        if (!(stack.peek() instanceof ArrayList<?> list)) {
            throw bad("appends to something other than a list");
        }
        @SuppressWarnings("unchecked")
        List<Object> target = (List<Object>) list;
        target.addAll(items);
    }

    private Map<Object, Object> map(Object target) {
        if (!(target instanceof LinkedHashMap<?, ?>)) {
            throw bad("fills something other than a dictionary");
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) target;
        return map;
    }

    private Object global(String module, String name) {
        Object allowed = ALLOWED.get(module + "." + name);
        if (allowed == null) {
            throw new RecordException(
                    file,
                    "refers to the Python name " + SafetensorsHeader.shown(module + "." + name)
                            + ", which isn't among those that a state dict needs; nothing of the file was used");
        }
        return allowed;
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

    private void checkLength() throws IOException {
        input.mark(4);
        long claimed = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            claimed |= (long) (input.read() & 0xff) << shift;
        }
        if (claimed > input.available()) {
            throw bad("claims a string of " + claimed + " bytes; " + input.available() + " are left");
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
        ALLOWED.put(name, constructor);
    }

    private static Object orderedDict(Object[] args) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (args.length > 0) {
            for (Object pair : (List<?>) args[0]) {
                List<?> keyAndValue = pair instanceof Object[] tuple ? Arrays.asList(tuple) : (List<?>) pair;
                map.put((String) keyAndValue.get(0), keyAndValue.get(1));
            }
        }
        return map;
    }

    private static Object tensor(Object[] args) {
        TorchTensor.Storage storage = (TorchTensor.Storage) args[0];
        return new TorchTensor(storage, storage.dtype(), asLong(args[1]), longs(args[2]), longs(args[3]));
    }

    private static Object tensorOfDtype(Object[] args) {
        return new TorchTensor(
                (TorchTensor.Storage) args[0], (Dtype) args[6], asLong(args[1]), longs(args[2]), longs(args[3]));
    }

    private static Object tensorWithAttributes(Object[] args) {
        // Only the two plain makers, so that such calls can't be nested without end.
        if (args[0] != ALLOWED.get("torch._utils._rebuild_tensor_v2")
                && args[0] != ALLOWED.get("torch._utils._rebuild_parameter")) {
            throw new IllegalArgumentException("makes a tensor in a way that isn't known");
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
