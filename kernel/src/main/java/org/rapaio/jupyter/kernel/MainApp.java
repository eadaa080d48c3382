package org.rapaio.jupyter.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.kymograph.kernel.NotebookKernel;
import org.rapaio.jupyter.kernel.channels.Channels;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.core.RapaioKernel;
import org.rapaio.jupyter.kernel.core.Transform;

/** Takes the place of Rapaio's class of this name, to start {@link NotebookKernel} instead of Rapaio's own kernel. */
public final class MainApp {
    /** The kernel, whose display Rapaio's static methods use. */
    public static final RapaioKernel kernel = new NotebookKernel();

    private MainApp() {}

    /**
     * Serves a front end until it says that the kernel is to end.
     *
     * @param arguments the connection file
     * @throws IOException if that file cannot be read
     * @throws GeneralSecurityException if the messages cannot be signed in the way it says
     */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        String connection = Files.readString(Path.of(arguments[0]));
        Channels channels = new Channels(Transform.fromJson(connection, ConnectionProperties.class));
        channels.connect(kernel);
        channels.joinUntilClose();
    }
}
