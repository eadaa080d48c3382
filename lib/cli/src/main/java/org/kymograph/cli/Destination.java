package org.kymograph.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.notebook.FigureFile;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/** Checks of {@code --out} before the work begins, so that no long work is lost to a name that can't be written. */
public final class Destination {
    private Destination() {}

    /**
     * Checks that a file can be written.
     *
     * @param file the file to write or replace; folders above it may be missing; null for none
     * @throws RecordException if it is a folder, or it or a folder above it can't be written
     */
    public static void checkFile(Path file) {
        if (file == null) {
            return;
        }
        if (Files.isDirectory(file)) {
            throw new RecordException(file, "is a folder; expected the name of a file to write");
        }
        checkAbove(file, file.toAbsolutePath().getParent());
    }

    /**
     * Checks that files can be written to a folder.
     *
     * @param folder the folder; it and those above it may be missing
     * @throws RecordException if it or one above it is a file or can't be written
     */
    public static void checkFolder(Path folder) {
        checkAbove(folder, folder.toAbsolutePath());
    }

    /**
     * Makes a folder and those above it where they are missing.
     *
     * @param folder the folder
     * @return the folder
     * @throws RecordException if it can't be made
     */
    public static Path makeFolder(Path folder) {
        return AtomicFiles.attempt(folder, "can't be made", () -> Files.createDirectories(folder));
    }

    /**
     * Checks that a page's name doesn't promise a picture, and makes the folder that it will lie in.
     *
     * @param option the option's name
     * @param page the page to write; null if none is wanted
     * @throws IllegalArgumentException if it doesn't end in .html or .htm
     * @throws RecordException if it can't be written
     */
    public static void checkPage(String option, Path page) {
        if (page == null) {
            return;
        }
        String name = String.valueOf(page.getFileName()).toLowerCase(Locale.ROOT);
        checkNamed(
                option,
                page,
                name.endsWith(".html") || name.endsWith(".htm"),
                "a name that ends in .html, since it is a page; in a notebook plot.save writes pictures");
        makeFolder(page.toAbsolutePath().getParent());
    }

    /**
     * Checks that a file of tensors can be written.
     *
     * @param option the option's name
     * @param file the file to write or replace
     * @throws IllegalArgumentException if its name doesn't end in .safetensors
     * @throws RecordException if it can't be written
     */
    public static void checkTensors(String option, Path file) {
        boolean ends = String.valueOf(file.getFileName()).endsWith(".safetensors");
        checkNamed(option, file, ends, "a name that ends in .safetensors");
    }

    /**
     * Checks that a figure can be written, and makes the folder that it will lie in.
     *
     * @param option the option's name
     * @param file the page or picture to write; null if none is wanted
     * @throws IllegalArgumentException if its name doesn't end as that of a page or picture
     * @throws IllegalStateException if it is to be a picture and there is no browser to draw it
     * @throws RecordException if it can't be written
     */
    public static void checkFigure(String option, Path file) {
        if (file == null) {
            return;
        }
        String name = String.valueOf(file.getFileName());
        String format = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        checkNamed(
                option,
                file,
                FigureFile.FORMATS.contains(format),
                "a name that ends in one of ." + String.join(", .", FigureFile.FORMATS));
        if (!format.equals("html")) {
            Arguments.require(
                    FigureFile.drawsPictures(),
                    option + " is " + file
                            + "; expected a name that ends in .html, since there is no Chromium to draw pictures");
        }
        makeFolder(file.toAbsolutePath().getParent());
    }

    // That it is a folder is told before its name.
    private static void checkNamed(String option, Path file, boolean named, String expected) {
        Arguments.check(named || Files.isDirectory(file), option, file.toString(), expected);
        checkFile(file);
    }

    private static void checkAbove(Path target, Path from) {
        Path folder = from;
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new RecordException(
                    target,
                    folder.equals(target.toAbsolutePath())
                            ? "is a file; expected a folder"
                            : "can't be written: " + folder + " is a file; expected a folder");
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw new RecordException(target, "can't be written: permission denied");
        }
    }
}
