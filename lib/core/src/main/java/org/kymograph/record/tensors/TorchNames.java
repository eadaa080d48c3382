package org.kymograph.record.tensors;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.razorvine.pickle.IObjectConstructor;

/**
 * The Python names in a PyTorch file: those of tensors and dictionaries are imitated, any other stands for itself, so that
 * nothing it names is ever run.
 */
final class TorchNames {
    private static final int MAX_TUPLE = 8;
    private static final Map<String, Object> ALLOWED = new HashMap<>();

    private TorchNames() {}

    /** A Python object that isn't read: its class is all that is known of it, and whatever fills it is dropped. */
    record Unread(String type) {
        @Override
        public String toString() {
            return type;
        }
    }

    /** A Python class or function that isn't known; a call of it makes an object that isn't read, and runs nothing. */
    record Unknown(String name) implements IObjectConstructor {
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
    record Known(String name, IObjectConstructor constructor) implements IObjectConstructor {
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
    record StorageClass(String name, Dtype dtype) {
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
        Map<String, Dtype> dtypes = new HashMap<>(
                Map.of("float64", Dtype.F64, "float32", Dtype.F32, "float16", Dtype.F16, "bfloat16", Dtype.BF16));
        dtypes.putAll(Map.of("int64", Dtype.I64, "int32", Dtype.I32, "int16", Dtype.I16, "int8", Dtype.I8));
        dtypes.putAll(Map.of("uint64", Dtype.U64, "uint32", Dtype.U32, "uint16", Dtype.U16, "uint8", Dtype.U8));
        dtypes.putAll(Map.of("float8_e4m3fn", Dtype.F8_E4M3, "float8_e5m2", Dtype.F8_E5M2));
        dtypes.putAll(Map.of("float8_e8m0fnu", Dtype.F8_E8M0, "bool", Dtype.BOOL));
        dtypes.forEach((name, dtype) -> ALLOWED.put("torch." + name, dtype));
        allow("collections.OrderedDict", TorchNames::orderedDict);
        allow("collections.defaultdict", args -> new LinkedHashMap<>());
        allow("collections.Counter", args -> args.length == 0 ? new LinkedHashMap<>() : (LinkedHashMap<?, ?>) args[0]);
        allow("torch.Size", args -> (Object[]) args[0]);
        allow("torch.device", args -> args.length == 1 ? (String) args[0] : (String) args[0] + ":" + asLong(args[1]));
        allow("torch._utils._rebuild_tensor", TorchNames::tensor);
        allow("torch._utils._rebuild_tensor_v2", TorchNames::tensor);
        allow("torch._utils._rebuild_tensor_v3", TorchNames::tensorOfDtype);
        allow("torch._utils._rebuild_parameter", args -> args[0]);
        allow("torch._utils._rebuild_parameter_with_state", args -> args[0]);
        allow("torch._tensor._rebuild_from_type_v2", TorchNames::tensorWithAttributes);
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
        return Arrays.stream((Object[]) tuple).mapToLong(TorchNames::asLong).toArray();
    }

    static long asLong(Object number) {
        if (number instanceof Integer || number instanceof Long) {
            return ((Number) number).longValue();
        }
        throw new IllegalArgumentException("has "
                + (number == null ? "None" : number.getClass().getSimpleName()) + " where an integer is expected");
    }

    static Object named(String module, String name) {
        String whole = module + "." + name;
        Object allowed = ALLOWED.get(whole);
        return allowed == null ? new Unknown(whole) : allowed;
    }

    static void put(Map<Object, Object> target, Object key, Object value) {
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
}
