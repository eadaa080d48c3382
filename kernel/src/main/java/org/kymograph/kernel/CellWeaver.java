package org.kymograph.kernel;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Weaves calls of {@link Cells} into the classes that JShell makes of cells, and into no others. */
final class CellWeaver implements ClassFileTransformer {
    private static final String CELLS = "org/kymograph/kernel/Cells";
    /** The package and the method that JShell wraps a snippet in. */
    private static final String SNIPPET_PACKAGE = "REPL/";

    private static final String SNIPPET_METHOD = "do_it$";

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> old, ProtectionDomain domain, byte[] bytes) {
        return name != null && name.startsWith(SNIPPET_PACKAGE) ? weave(bytes) : null;
    }

    static byte[] weave(byte[] bytes) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return new Weaver(method, name.equals(SNIPPET_METHOD));
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** A call without arguments or result leaves operand stack and frames as they were, so it fits before any instruction. */
    private static final class Weaver extends MethodVisitor {
        private final boolean snippet;
        private final Set<Label> behind = new HashSet<>();
        private final Label start = new Label();

        Weaver(MethodVisitor method, boolean snippet) {
            super(Opcodes.ASM9, method);
            this.snippet = snippet;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (snippet) {
                call("enter", "()V");
                visitLabel(start);
            }
            call("check", "()V");
        }

        @Override
        public void visitLabel(Label label) {
            behind.add(label);
            super.visitLabel(label);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            if (behind.contains(label)) {
                call("check", "()V");
            }
            super.visitJumpInsn(opcode, label);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (owner.equals("java/lang/System") && name.equals("exit")) {
                call("exit", descriptor);
            } else {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
            }
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            if (snippet) {
                Label end = new Label();
                super.visitLabel(end);
                super.visitTryCatchBlock(start, end, end, null);
                super.visitFrame(Opcodes.F_FULL, 0, null, 1, new Object[] {"java/lang/Throwable"});
                call("explain", "(Ljava/lang/Throwable;)Ljava/lang/Throwable;");
                super.visitInsn(Opcodes.ATHROW);
            }
            super.visitMaxs(Math.max(maxStack, 1), maxLocals);
        }

        private void call(String name, String descriptor) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, CELLS, name, descriptor, false);
        }
    }
}
