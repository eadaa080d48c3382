package org.kymograph.kernel;

import java.util.List;
import org.rapaio.jupyter.kernel.core.LanguageInfo;
import org.rapaio.jupyter.kernel.message.ContentType;
import org.rapaio.jupyter.kernel.message.Header;
import org.rapaio.jupyter.kernel.message.MessageType;
import org.rapaio.shaded.com.google.gson.annotations.SerializedName;

/**
 * The answer to a front end's first question; Rapaio's own lacks the status that the protocol asks for.
 *
 * @param status always ok
 * @param protocol the protocol's version
 * @param implementation the kernel's name
 * @param version the kernel's version
 * @param language Java
 * @param banner what a console shows at its start
 * @param links what a front end's menu Help lists
 */
public record KernelInfo(
        String status,
        @SerializedName("protocol_version") String protocol,
        String implementation,
        @SerializedName("implementation_version") String version,
        @SerializedName("language_info") LanguageInfo language,
        String banner,
        @SerializedName("help_links") List<LanguageInfo.Help> links)
        implements ContentType<KernelInfo> {
    private static final MessageType<KernelInfo> REPLY = new MessageType<>("kernel_info_reply", KernelInfo.class);

    /**
     * Describes the kernel that runs.
     *
     * @return its description
     */
    public static KernelInfo ofThisKernel() {
        LanguageInfo java = LanguageInfo.kernelLanguageInfo();
        return new KernelInfo(
                "ok",
                Header.PROTOCOL_VERSION,
                "kymograph",
                java.version(),
                java,
                "Kymograph, Java " + java.version(),
                List.of(new LanguageInfo.Help("Kymograph", "https://github.com/kymograph/kymograph")));
    }

    @Override
    public MessageType<KernelInfo> type() {
        return REPLY;
    }
}
