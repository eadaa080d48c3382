package org.rapaio.jupyter.kernel.channels;

import java.util.Objects;
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

    /** Says that a request was looked at and is done with. */
    static void idle(MessageId<?> request) {
        publish(request, IOPubStatus.BUSY);
        publish(request, IOPubStatus.IDLE);
    }
}
