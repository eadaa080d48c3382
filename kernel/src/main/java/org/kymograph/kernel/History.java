package org.kymograph.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.rapaio.jupyter.kernel.message.ContentType;
import org.rapaio.jupyter.kernel.message.MessageType;
import org.rapaio.jupyter.kernel.message.messages.ShellHistoryRequest;

/** The cells that have run since the kernel started, for front ends that go back to them with the arrow keys. */
final class History {
    private static final MessageType<Reply> REPLY = new MessageType<>("history_reply", Reply.class);
    /** The session that runs is the only one that is remembered. */
    private static final int SESSION = 0;

    private static final int KEPT = 10_000;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(int count, String code) {}

    /**
     * @param status always ok
     * @param history of each cell: session, number, and source, or source and output
     */
    record Reply(String status, List<List<Object>> history) implements ContentType<Reply> {
        @Override
        public MessageType<Reply> type() {
            return REPLY;
        }
    }

    void add(int count, String code) {
        if (entries.size() >= KEPT) {
            entries.remove(0);
        }
        entries.add(new Entry(count, code));
    }

    Reply reply(ShellHistoryRequest request) {
        List<Entry> found = entries;
        if (request instanceof ShellHistoryRequest.Range range) {
            found = entries.stream()
                    .filter(e -> e.count >= range.getStart() && (range.getStop() <= 0 || e.count < range.getStop()))
                    .toList();
        } else if (request instanceof ShellHistoryRequest.Tail tail) {
            found = last(entries, tail.getMaxReturnLength());
        } else if (request instanceof ShellHistoryRequest.Search search) {
            found = search(search);
        }
        List<List<Object>> history = new ArrayList<>();
        for (Entry entry : found) {
            // The second of the pair stands for an output, and outputs are not kept.
            Object code = request.includeOutput() ? Arrays.asList(entry.code, null) : entry.code;
            history.add(List.of(SESSION, entry.count, code));
        }
        return new Reply("ok", history);
    }

    private List<Entry> search(ShellHistoryRequest.Search search) {
        String glob = search.getPattern() == null ? "*" : search.getPattern();
        String pattern = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        Map<Object, Entry> found = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry.code.matches("(?s)" + pattern)) {
                Object key = search.filterUnique() ? entry.code : (Object) entry.count;
                found.remove(key);
                found.put(key, entry);
            }
        }
        return last(List.copyOf(found.values()), search.getMaxReturnLength());
    }

    private static List<Entry> last(List<Entry> entries, int n) {
        return n <= 0 || n >= entries.size() ? entries : entries.subList(entries.size() - n, entries.size());
    }
}
