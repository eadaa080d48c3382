package org.kymograph.notebook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.base.Checksums;
import org.kymograph.plot.PlotlyFigure;
import tech.tablesaw.plotly.components.Figure;

/**
 * A figure as HTML: a division with a stand-in (a sentence, or the baked picture) and a script that draws the figure in its place.
 * The division is named by a digest of the figure, so that the same figure gives the same text.
 */
final class FigureHtml {
    private static final String SCRIPT = resource("figure.js").replaceAll("(?m)^ *(//.*\n)?", "");
    private static final String NOTE =
            "<p class=\"kymograph-stand-in\">This figure is drawn by a script: open the notebook in Jupyter "
                    + "with Kymograph's kernel, or put a picture here with <code>kymograph bake</code>.</p>";
    private static final Pattern FIGURE = Pattern.compile(
            "(<div class=\"kymograph-figure\" data-figure=\"([0-9a-f]+)\"[^>]*>)(.*?)(</div>)", Pattern.DOTALL);

    /** Figures of more characters than this are compressed. */
    private static final int PACKED = 100_000;

    private FigureHtml() {}

    static Map<String, String> bundle(Figure figure) {
        return Renderers.bundle(html(figure), "Figure" + (title(figure).isEmpty() ? "" : ": " + title(figure)));
    }

    static String html(Figure figure) {
        boolean ours = figure instanceof PlotlyFigure;
        String drawn = ours
                ? ((PlotlyFigure) figure).json()
                : "{draw: function (document, Plotly) {" + body(figure) + "}, template: " + PlotlyFigure.template()
                        + "}";
        int height = ours ? ((PlotlyFigure) figure).height() : 0;
        // A figure that keeps its width is moved aside on a narrower page.
        String fixed = ours && ((PlotlyFigure) figure).width() > 0 ? ";overflow-x:auto;overflow-y:hidden" : "";
        String key = digest(drawn);
        String given = ours && drawn.length() > PACKED
                ? "\"" + Base64.getEncoder().encodeToString(Plotly.gzip(drawn.getBytes(StandardCharsets.UTF_8))) + "\""
                : drawn;
        return "<div class=\"kymograph-figure\" data-figure=\"" + key + "\" data-title=\""
                + Renderers.escape(title(figure))
                + "\" style=\"width:100%;min-height:" + height + "px" + fixed + "\">" + NOTE + "</div>\n<script>"
                + SCRIPT.replace("/*ARGUMENTS*/", "\"" + key + "\", " + given) + "</script>";
    }

    /** The digest of the figure in a piece of HTML, or null if it has none. */
    static String key(String html) {
        Matcher figure = FIGURE.matcher(html);
        return figure.find() ? figure.group(2) : null;
    }

    static boolean hasPicture(String html) {
        Matcher figure = FIGURE.matcher(html);
        return figure.find() && figure.group(3).contains("<img ");
    }

    /** The same HTML with a picture, a PNG in base64, as its stand-in. */
    static String withPicture(String html, String png) {
        Matcher figure = FIGURE.matcher(html);
        Arguments.require(figure.find(), "html: no figure in it");
        Matcher title = Pattern.compile("data-title=\"([^\"]*)\"").matcher(figure.group(1));
        String alt = title.find() && !title.group(1).isEmpty() ? title.group(1) : "Figure";
        String picture = "<img class=\"kymograph-stand-in\" alt=\"" + alt
                + "\" style=\"width:100%;max-width:900px;box-sizing:border-box;border:1px solid rgba(128,128,128,0.4);border-radius:4px\" src=\"data:image/png;base64,"
                + png
                + "\">";
        // The space that was kept for the figure is the picture's to fill, at whatever width it is shown.
        return html.substring(0, figure.start(1))
                + figure.group(1).replaceAll(";min-height:\\d+px", "")
                + picture
                + html.substring(figure.start(4));
    }

    private static String title(Figure figure) {
        String title = figure instanceof PlotlyFigure ours
                ? ours.description()
                : figure.getLayout() == null ? null : figure.getLayout().getTitle();
        return title == null ? "" : title.replaceAll("<[^>]*>", "");
    }

    /** Tablesaw's script without its element; the strings in it may hold anything, so none may end the element that it is put into. */
    private static String body(Figure figure) {
        return figure.asJavascript("figure")
                .replaceAll("(?is)^\\s*<script[^>]*>|</script>\\s*$", "")
                .replace("</", "<\\/")
                .replace("<!--", "<\\!--");
    }

    private static String digest(String text) {
        MessageDigest sha = Checksums.sha256();
        sha.update(text.getBytes(StandardCharsets.UTF_8));
        return Checksums.hex(sha).substring(0, 16);
    }

    static String resource(String name) {
        try (InputStream in = FigureHtml.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
