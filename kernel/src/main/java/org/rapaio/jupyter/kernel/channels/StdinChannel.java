package org.rapaio.jupyter.kernel.channels;

import org.kymograph.kernel.Cells;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.message.HMACDigest;
import org.rapaio.jupyter.kernel.message.Message;
import org.rapaio.jupyter.kernel.message.MessageId;
import org.rapaio.jupyter.kernel.message.messages.StdinInputReply;
import org.rapaio.jupyter.kernel.message.messages.StdinInputRequest;
import org.rapaio.org.zeromq.SocketType;
import org.rapaio.org.zeromq.ZMQ;

/** Takes the place of Rapaio's class of this name, whose waiting for the reader's answer no interrupt can end. */
public final class StdinChannel extends AbstractChannel {
    private static final long PAUSE = 20;

    /**
     * @param channels the others
     * @param context ZeroMQ's
     * @param digest signs messages
     */
    public StdinChannel(Channels channels, ZMQ.Context context, HMACDigest digest) {
        super(channels, "StdinChannel", context, SocketType.ROUTER, digest);
    }

    @Override
    public void bind(ConnectionProperties connection) {
        socket.bind(connection.formatAddress(connection.stdinPort()));
    }

    /**
     * Asks the reader for a line and waits for it.
     *
     * @param cell the request of the cell that asks
     * @param prompt what to ask
     * @param secret true if the answer is not to be seen
     * @return the line, with its end
     */
    public synchronized String getInput(MessageId<?> cell, String prompt, boolean secret) {
        while (hasMessage()) {
            // The answer to a question of a cell that was interrupted.
            readMessage();
        }
        StdinInputRequest question = new StdinInputRequest(prompt, secret);
        sendMessage(new Message<>(cell, question.type(), question));
        while (true) {
            if (hasMessage() && readMessage().content() instanceof StdinInputReply answer) {
                return answer.value() + System.lineSeparator();
            }
            Cells.check();
            try {
                wait(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean hasMessage() {
        return (socket.getEvents() & ZMQ.Poller.POLLIN) != 0;
    }
}
