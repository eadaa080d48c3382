package org.kymograph.base;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Copies of records that differ in one component: what the {@code withX} methods of settings return. */
public final class Copies {
    private Copies() {}

    /**
     * Returns a copy of a record with another value of one component. The canonical constructor makes it, with its checks.
     *
     * @param <R> the record's type
     * @param original the record
     * @param component the component's name
     * @param value its new value
     * @return the copy
     * @throws IllegalArgumentException if there is no such component; whatever the constructor throws passes through
     */
    @SuppressWarnings("unchecked")
    public static <R extends Record> R with(R original, String component, Object value) {
        RecordComponent[] components = original.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        boolean found = false;
        try {
            for (int i = 0; i < components.length; i++) {
                boolean changed = components[i].getName().equals(component);
                found |= changed;
                var accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                values[i] = changed ? value : accessor.invoke(original);
            }
            if (!found) {
                throw Arguments.unexpected(
                        "component",
                        component,
                        "one of "
                                + Arrays.stream(components)
                                        .map(RecordComponent::getName)
                                        .toList());
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = original.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return (R) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
