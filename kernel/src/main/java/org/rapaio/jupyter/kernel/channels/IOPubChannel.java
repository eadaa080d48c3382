package org.rapaio.jupyter.kernel.channels;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.message.ContentType;
import org.rapaio.jupyter.kernel.message.HMACDigest;
import org.rapaio.jupyter.kernel.message.Message;
import org.rapaio.jupyter.kernel.message.MessageId;
import org.rapaio.jupyter.kernel.message.messages.IOPubStatus;
import org.rapaio.org.zeromq.SocketType;
import org.rapaio.org.zeromq.ZMQ;

/**
 * Takes the place of Rapaio's class of this name.
 *
 * <p>Rapaio's own loses messages when a cell publishes more than a thousand that are not yet read, the one among them that says that
 * the cell has ended; and each of its messages answers the request that came last on any channel.
 */
public final class IOPubChannel extends AbstractChannel {
    private static volatile IOPubChannel current;

    // ZeroMQ gives up sending when its thread is interrupted, as that of a printing cell is: no cell interrupts this
    // one.
    private final ExecutorService sender = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "iopub");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param channels the others
     * @param context ZeroMQ's
     * @param digest signs messages
     */
    public IOPubChannel(Channels channels, ZMQ.Context context, HMACDigest digest) {
        super(channels, "IOPubChannel", context, SocketType.PUB, digest);
        socket.setSndHWM(0);
        current = this;
    }

    @Override
    public void bind(ConnectionProperties connection) {
        socket.bind(connection.formatAddress(connection.iopubPort()));
    }

    /**
     * Publishes content as belonging to a request.
     *
     * @param request the request's, or null
     * @param content what is published
     * @param <T> its type
     */
    public static <T extends ContentType<T>> void publish(MessageId<?> request, T content) {
        Objects.requireNonNull(current, "the kernel is not connected")
                .sendMessage(new Message<>(request, content.type(), content));
    }

    // Not synchronized, as the method that it overrides is: one thread sends, and would wait for this one's lock.
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void sendMessage(Message<?> message) {
        Future<?> sent = sender.submit(() -> super.sendMessage(message));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    sent.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Says that a request was looked at and is done with. */
    static void idle(MessageId<?> request) {
        publish(request, IOPubStatus.BUSY);
        publish(request, IOPubStatus.IDLE);
    }
}
