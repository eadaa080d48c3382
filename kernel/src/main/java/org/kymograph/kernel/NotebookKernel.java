package org.kymograph.kernel;

import java.util.List;
import java.util.Map;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import org.kymograph.notebook.Notebook;
import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.channels.IOPubChannel;
import org.rapaio.jupyter.kernel.channels.ShellChannel;
import org.rapaio.jupyter.kernel.core.CompleteMatches;
import org.rapaio.jupyter.kernel.core.RapaioKernel;
import org.rapaio.jupyter.kernel.core.java.io.JShellInputStream;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.message.ContentType;
import org.rapaio.jupyter.kernel.message.Message;
import org.rapaio.jupyter.kernel.message.MessageId;
import org.rapaio.jupyter.kernel.message.MessageType;
import org.rapaio.jupyter.kernel.message.messages.ErrorReply;
import org.rapaio.jupyter.kernel.message.messages.IOPubDisplayData;
import org.rapaio.jupyter.kernel.message.messages.IOPubError;
import org.rapaio.jupyter.kernel.message.messages.IOPubExecuteInput;
import org.rapaio.jupyter.kernel.message.messages.IOPubExecuteResult;
import org.rapaio.jupyter.kernel.message.messages.IOPubStatus;
import org.rapaio.jupyter.kernel.message.messages.IOPubStream;
import org.rapaio.jupyter.kernel.message.messages.IOPubUpdateDisplayData;
import org.rapaio.jupyter.kernel.message.messages.ShellCompleteReply;
import org.rapaio.jupyter.kernel.message.messages.ShellCompleteRequest;
import org.rapaio.jupyter.kernel.message.messages.ShellExecuteReply;
import org.rapaio.jupyter.kernel.message.messages.ShellExecuteRequest;
import org.rapaio.jupyter.kernel.message.messages.ShellHistoryRequest;
import org.rapaio.jupyter.kernel.message.messages.ShellInspectReply;
import org.rapaio.jupyter.kernel.message.messages.ShellInspectRequest;
import org.rapaio.jupyter.kernel.message.messages.ShellIsCompleteReply;
import org.rapaio.jupyter.kernel.message.messages.ShellIsCompleteRequest;
import org.rapaio.jupyter.kernel.message.messages.ShellKernelInfoRequest;

/**
 * Rapaio's kernel, with its own answers to what a front end asks.
 *
 * <p>Nothing that a cell does may leave a kernel that answers no more: whatever a cell, or the showing of its value, ends with is shown
 * as an error, on this thread everything that is thrown is caught, and the cell runs on another.
 */
public final class NotebookKernel extends RapaioKernel {
    private final Console console = new Console(this::print);
    private final JShellInputStream input = new JShellInputStream();
    private final History history = new History();
    private final Cell cells = new Cell(javaEngine().getShell(), this::magic);
    private final Help help = new Help(javaEngine().getShell());
    private volatile MessageId<?> cell;
    private int count;
    private boolean installed;

    /** Called by the control channel, from its thread. */
    public static void interruptCell() {
        Cells.interrupt();
    }

    /**
     * Lists what a kernel does in its first idle moments, so that neither the first cell nor the first Shift+Tab waits for it: loading
     * what compiles a cell, what shows its value, and what looks names up.
     *
     * @return pieces of work, none of which a cell can notice
     */
    public static List<Runnable> firstWork() {
        NotebookKernel kernel = (NotebookKernel) MainApp.kernel;
        return List.of(
                () -> kernel.javaEngine().getShell().eval("for (int i = 0; i < 0; i++) { }"),
                () -> Notebook.bundle(""),
                () -> kernel.help.inspect("Math.max(", "Math.max(".length()));
    }

    private void print(boolean error, String text) {
        publish(new IOPubStream(error ? IOPubStream.StreamName.ERR : IOPubStream.StreamName.OUT, text));
    }

    private <T extends ContentType<T>> void publish(T content) {
        IOPubChannel.publish(cell, content);
    }

    @Override
    public void display(DisplayData data) {
        console.flush();
        publish(new IOPubDisplayData(data));
    }

    @Override
    public void updateDisplay(DisplayData data) {
        publish(new IOPubUpdateDisplayData(data));
    }

    @Override
    public void interrupt() {
        interruptCell();
    }

    @Override
    public DisplayData eval(String code) throws Exception {
        try {
            return cells.run(code, count);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private Object magic(String code) throws Exception {
        var result = magicEngine().eval(executionContext(), code);
        if (!result.handled()) {
            throw new CellError(code.strip().lines().findFirst().orElse("")
                    + " is a magic that this kernel does not have: %help lists those it has. Kymograph and the libraries it uses"
                    + " are there without any.");
        }
        return result.result();
    }

    @Override
    public void handleExecuteRequest(Message<ShellExecuteRequest> message) {
        ShellExecuteRequest request = message.content();
        cell = message.getId();
        publish(IOPubStatus.BUSY);
        if (!installed) {
            console.install();
            System.setIn(input);
            installed = true;
        }
        input.bindChannels(channels(), request.stdinEnabled());
        try {
            if (!request.silent()) {
                count += request.storeHistory() || count == 0 ? 1 : 0;
                publish(new IOPubExecuteInput(request.code(), count));
            }
            Cells.begin();
            DisplayData shown = cells.run(request.code(), count);
            Cells.end();
            console.flush();
            if (shown != null && !request.silent()) {
                publish(new IOPubExecuteResult(count, shown));
            }
            if (request.storeHistory() && !request.silent()) {
                history.add(count, request.code());
            }
            channels().reply(ShellExecuteReply.withOk(count, Map.of()));
        } catch (Throwable e) {
            Cells.end();
            console.flush();
            if (request.stopOnError()) {
                ShellChannel.abortWaiting();
            }
            fail(cells.error(e));
        } finally {
            console.flush();
            publish(IOPubStatus.IDLE);
        }
    }

    private void fail(ErrorText error) {
        publish(new IOPubError(error.name(), error.message(), error.lines()));
        channels()
                .replyError(
                        MessageType.SHELL_EXECUTE_REPLY.newError(),
                        new ErrorReply(error.name(), error.message(), error.lines(), count));
    }

    @Override
    public void handleInspectRequest(Message<ShellInspectRequest> message) {
        ShellInspectRequest request = message.content();
        answering(message, () -> {
            Map<String, String> found = help.inspect(request.code(), request.cursorPos());
            channels().reply(new ShellInspectReply(!found.isEmpty(), found.isEmpty() ? null : Rapaio.data(found)));
        });
    }

    @Override
    public void handleCompleteRequest(Message<ShellCompleteRequest> message) {
        ShellCompleteRequest request = message.content();
        answering(message, () -> {
            var magic = request.code().startsWith("%")
                    ? magicEngine().complete(this, request.code(), request.cursorPos())
                    : null;
            CompleteMatches found = magic != null && magic.handled()
                    ? magic.replacementOptions()
                    : help.complete(request.code(), request.cursorPos());
            channels()
                    .reply(
                            found == null
                                    ? ShellCompleteReply.empty(request.cursorPos())
                                    : ShellCompleteReply.from(found));
        });
    }

    @Override
    public void handleIsCompleteRequest(Message<ShellIsCompleteRequest> message) {
        answering(message, () -> {
            String code = message.content().code();
            channels()
                    .reply(
                            switch (code.startsWith("%") ? Completeness.COMPLETE : help.completeness(code)) {
                                case UNKNOWN -> ShellIsCompleteReply.invalid();
                                case DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE ->
                                    ShellIsCompleteReply.incomplete("");
                                default -> ShellIsCompleteReply.complete();
                            });
        });
    }

    @Override
    public void handleHistoryRequest(Message<ShellHistoryRequest> message) {
        answering(message, () -> channels().reply(history.reply(message.content())));
    }

    @Override
    public void handleKernelInfoRequest(Message<ShellKernelInfoRequest> message) {
        answering(message, () -> channels().reply(KernelInfo.ofThisKernel()));
    }

    /** Answers between busy and idle; the answer to what cannot be answered is an error's, not silence. */
    private void answering(Message<?> message, Answer answer) {
        IOPubChannel.publish(message.getId(), IOPubStatus.BUSY);
        try {
            answer.run();
        } catch (Throwable e) {
            MessageType<?> type =
                    new MessageType<>(message.header().type().name().replace("_request", "_reply"), ErrorReply.class);
            channels()
                    .replyError(
                            type,
                            new ErrorReply(
                                    e.getClass().getSimpleName(), String.valueOf(e.getMessage()), List.of(), count));
        } finally {
            IOPubChannel.publish(message.getId(), IOPubStatus.IDLE);
        }
    }

    private interface Answer {
        void run() throws Exception;
    }
}
