package org.rapaio.jupyter.kernel.channels;

import org.kymograph.kernel.KernelInfo;
import org.kymograph.kernel.NotebookKernel;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.message.ContentType;
import org.rapaio.jupyter.kernel.message.HMACDigest;
import org.rapaio.jupyter.kernel.message.Message;
import org.rapaio.jupyter.kernel.message.MessageType;
import org.rapaio.jupyter.kernel.message.messages.ControlInterruptReply;
import org.rapaio.jupyter.kernel.message.messages.ControlShutdownReply;
import org.rapaio.jupyter.kernel.message.messages.ControlShutdownRequest;
import org.rapaio.jupyter.kernel.message.messages.IOPubStatus;
import org.rapaio.org.zeromq.SocketType;
import org.rapaio.org.zeromq.ZMQ;

/**
 * Takes the place of Rapaio's class of this name.
 *
 * <p>Rapaio's own answers on the shell's channel, ends the running cell's connection to its output, and makes an interrupt the end of
 * all later cells.
 */
public final class ControlChannel extends AbstractChannel {
    private static final long PAUSE = 50;
    private volatile LoopThread loop;

    /**
     * @param channels the others
     * @param context ZeroMQ's
     * @param digest signs messages
     */
    public ControlChannel(Channels channels, ZMQ.Context context, HMACDigest digest) {
        super(channels, "ControlChannel", context, SocketType.ROUTER, digest);
    }

    @Override
    public void bind(ConnectionProperties connection) {
        socket.bind(connection.formatAddress(connection.controlPort()));
        loop = new LoopThread("Control", PAUSE, () -> {
            while (!closed && (socket.getEvents() & ZMQ.Poller.POLLIN) != 0) {
                handle(readMessage());
            }
        });
        loop.start();
    }

    private void handle(Message<?> request) {
        MessageType<?> type = request.header().type();
        IOPubChannel.publish(request.getId(), IOPubStatus.BUSY);
        if (type.equals(MessageType.CONTROL_INTERRUPT_REQUEST)) {
            NotebookKernel.interruptCell();
            reply(request, new ControlInterruptReply());
        } else if (type.equals(MessageType.SHELL_KERNEL_INFO_REQUEST)) {
            reply(request, KernelInfo.ofThisKernel());
        } else if (request.content() instanceof ControlShutdownRequest shutdown) {
            reply(request, new ControlShutdownReply(shutdown.restart()));
        }
        IOPubChannel.publish(request.getId(), IOPubStatus.IDLE);
        if (request.content() instanceof ControlShutdownRequest) {
            channels.close();
        }
    }

    private <T extends ContentType<T>> void reply(Message<?> request, T content) {
        sendMessage(new Message<>(request.getId(), content.type(), content));
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
