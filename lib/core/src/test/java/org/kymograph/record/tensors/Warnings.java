package org.kymograph.record.tensors;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Collects what the record warns of, and keeps it off the console. */
public final class Warnings extends Handler implements BeforeEachCallback, AfterEachCallback {
    public final List<String> messages = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger("org.kymograph.record");

    @Override
    public void beforeEach(ExtensionContext context) {
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }

    @Override
    public void publish(LogRecord warning) {
        messages.add(warning.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
