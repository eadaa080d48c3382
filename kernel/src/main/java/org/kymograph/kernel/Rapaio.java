package org.kymograph.kernel;

import java.util.List;
import java.util.Map;
import org.kymograph.notebook.Notebook;
import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.DisplayTransformer;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;

/** Lets the Rapaio kernel show every object the way {@link Notebook} does. */
public final class Rapaio implements DisplayProvider {
    static void show(String id, Map<String, String> bundle, boolean update) {
        DisplayData data = data(bundle);
        data.setDisplayId(id);
        if (update) {
            MainApp.kernel.updateDisplay(data);
        } else {
            MainApp.kernel.display(data);
        }
    }

    static DisplayData data(Map<String, String> bundle) {
        DisplayData data = DisplayData.fromText("");
        data.data().clear();
        bundle.forEach(data::putData);
        return data;
    }

    @Override
    public List<DisplayRenderer> getDisplayRenderers() {
        return List.of(new DisplayRenderer() {
            @Override
            public Class<?> rendererClass() {
                return Object.class;
            }

            @Override
            public boolean canRender(String mime) {
                return mime == null;
            }

            @Override
            public DisplayData render(String mime, Object o) {
                return data(Notebook.bundle(o));
            }
        });
    }

    @Override
    public List<DisplayTransformer> getDisplayTransformers() {
        return List.of();
    }
}
