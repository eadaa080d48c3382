package org.rapaio.jupyter.kernel.channels;

import java.util.ArrayDeque;
import java.util.Queue;
import org.kymograph.kernel.NotebookKernel;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.message.HMACDigest;
import org.rapaio.jupyter.kernel.message.Message;
import org.rapaio.jupyter.kernel.message.MessageType;
import org.rapaio.jupyter.kernel.message.messages.ShellExecuteRequest;
import org.rapaio.org.zeromq.SocketType;
import org.rapaio.org.zeromq.ZMQ;

/**
 * Takes the place of Rapaio's class of this name.
 *
 * <p>Rapaio's own looks for a request twenty times a second, so that each waits for its turn; its thread does not survive an Error; and
 * after a cell that failed it goes on with those that a front end has sent with it ("Run all").
 */
public final class ShellChannel extends AbstractChannel {
    private static final long PAUSE = 1;
    private static final long WAIT = 50;
    private static volatile ShellChannel current;
    private final Channels connection;
    private final Queue<Message<?>> waiting = new ArrayDeque<>();
    private final Queue<Runnable> idle = new ArrayDeque<>();
    private ZMQ.Poller poller;
    private volatile LoopThread loop;
    private final Queue<Message<?>> doomed = new ArrayDeque<>();

    /**
     * @param channels the others
     * @param context ZeroMQ's
     * @param digest signs messages
     * @param connection the others once more
     */
    public ShellChannel(Channels channels, ZMQ.Context context, HMACDigest digest, Channels connection) {
        super(channels, "ShellChannel", context, SocketType.ROUTER, digest);
        this.connection = connection;
        current = this;
    }

    /** Called by a cell that failed, before it says so: of what has come up to now, no cell is run. */
    public static void abortWaiting() {
        current.doom();
    }

    private void doom() {
        while (poller.poll(0) > 0) {
            waiting.add(readMessage());
        }
        waiting.removeIf(request -> request.content() instanceof ShellExecuteRequest && doomed.add(request));
    }

    @Override
    public void bind(ConnectionProperties connection) {
        socket.bind(connection.formatAddress(connection.shellPort()));
        poller = ctx.poller(1);
        poller.register(socket, ZMQ.Poller.POLLIN);
        idle.addAll(NotebookKernel.firstWork());
        loop = new LoopThread("Shell", PAUSE, this::turn);
        loop.start();
    }

    private void turn() {
        if (waiting.isEmpty() && !closed && poller.poll(WAIT) > 0) {
            waiting.add(readMessage());
        }
        Message<?> next = waiting.poll();
        if (next == null) {
            if (!idle.isEmpty()) {
                idle.remove().run();
            }
            return;
        }
        handle(next);
        while (!doomed.isEmpty()) {
            abort(doomed.remove());
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void handle(Message<?> request) {
        MessageHandler handler = connection.getHandler(request.header().type());
        if (handler == null) {
            return;
        }
        connection.setMsgId(request.getId());
        try {
            handler.handle(request);
        } finally {
            connection.runAfterActions();
        }
    }

    private void abort(Message<?> request) {
        sendMessage(new Message<>(request.getId(), Aborted.REPLY, new Aborted("aborted")));
        IOPubChannel.idle(request.getId());
    }

    private record Aborted(String status) {
        private static final MessageType<Aborted> REPLY = new MessageType<>("execute_reply", Aborted.class);
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.shutdown();
        }
        super.close();
    }

    @Override
    public void joinUntilClose() {
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
