package org.rapaio.jupyter.kernel.channels;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.kymograph.base.ProcessEnd;
import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.message.MessageType;

/**
 * Takes the place of Rapaio's class of this name, being earlier on the class path.
 *
 * <p>Rapaio's own sets its running mark after starting the thread, and reads requests before their handlers are there: on a
 * busy machine one start in ten ends with a kernel that never answers. After a shutdown its idle threads keep the process
 * alive until Jupyter kills it, seconds later. Versions 3.0.1 to 3.0.4 are so.
 */
public final class LoopThread extends Thread {
    private final long pause;
    private final Runnable body;
    private volatile boolean running = true;
    private boolean last;

    /**
     * @param name the thread's name
     * @param pause milliseconds before each turn
     * @param body one turn
     */
    public LoopThread(String name, long pause, Runnable body) {
        super(name);
        this.pause = pause;
        this.body = body;
    }

    @Override
    public void run() {
        try {
            do {
                Thread.sleep(pause);
            } while (!handlersAreThere());
            while (running) {
                turn();
                if (running) {
                    Thread.sleep(pause);
                }
            }
        } catch (InterruptedException e) {
            running = false;
        }
        if (last) {
            ProcessEnd.exit(0);
        }
    }

    private void turn() {
        try {
            body.run();
        } catch (Throwable e) {
            // One bad message, or one Error while it is answered, must not be the last one that is.
            if (running) {
                Logger.getLogger(getName()).log(Level.WARNING, "A message could not be handled", e);
            }
        }
    }

    private static boolean handlersAreThere() {
        Channels channels = MainApp.kernel.channels();
        try {
            // The one that Rapaio sets last.
            return channels != null && channels.getHandler(MessageType.SHELL_COMM_INFO_REQUEST) != null;
        } catch (NullPointerException e) {
            // Between the channels and the map of their handlers.
            return false;
        }
    }

    /** Ends the loop after the current turn, and the process with the loop that closes all others. */
    public void shutdown() {
        running = false;
        last = Thread.currentThread() == this;
    }
}
