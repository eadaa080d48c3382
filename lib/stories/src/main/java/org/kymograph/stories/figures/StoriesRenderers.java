package org.kymograph.stories.figures;

import java.util.List;
import org.kymograph.evaluate.ActivationDifference;
import org.kymograph.evaluate.ActivationPatching;
import org.kymograph.evaluate.AttentionPatterns;
import org.kymograph.evaluate.LogitLens;
import org.kymograph.evaluate.OutputDivergence;
import org.kymograph.evaluate.WeightAmplification;
import org.kymograph.notebook.Renderers;
import org.kymograph.notebook.ResultRenderers;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.PretokenizedShards;
import org.kymograph.stories.corpus.TokenShards;
import org.kymograph.stories.inside.OneShotPruning;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.pcfg.PcfgGates;
import org.kymograph.stories.protocol.DeletionGates;
import org.kymograph.stories.protocol.DeletionResults;
import org.kymograph.stories.protocol.ProbeResults;
import org.kymograph.stories.protocol.UnlearningResults;
import org.kymograph.stories.score.GeneratedStories;
import org.kymograph.stories.score.LabelledStories;
import org.kymograph.stories.score.StoryClassifier;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.stories.tracr.TracrFineTuning;
import org.kymograph.stories.tuning.StoriesSweep;
import org.kymograph.stories.tuning.StoryEvaluation;
import org.kymograph.stories.tuning.UnlearningMetrics;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How the results of the lab of fine-tuning are shown. */
public final class StoriesRenderers implements ResultRenderers {
    @Override
    public void addTo(Renderers renderers) {
        renderers.show(LlamaModel.class, m -> Table.create("model", StringColumn.create("model", m.toString())));
        renderers.show(BpeTokenizer.class, BpeTokenizer::table);
        renderers.show(PretokenizedShards.class, PretokenizedShards::table);
        renderers.show(TokenShards.class, TokenShards::table);
        renderers.show(MicroStories.class, MicroStories::table);
        renderers.show(OneShotPruning.class, InsideFigures::pruning);
        renderers.show(DeletionResults.class, DeletionResults::recoveryTable);
        renderers.show(DeletionGates.class, DeletionGates::table);
        renderers.show(UnlearningResults.class, StoriesRenderers::inTwo);
        renderers.show(UnlearningMetrics.class, UnlearningMetrics::table);
        renderers.show(StoriesSweep.class, StoriesSweep::table);
        renderers.show(StoryEvaluation.class, StoryEvaluation::table);
        renderers.show(
                LabelledStories.class,
                l -> Table.create("labelled stories", StringColumn.create("stories", l.toString())));
        renderers.show(ProbeResults.class, ProbeResults::table);
        renderers.show(GeneratedStories.class, GeneratedStories::table);
        renderers.show(StoryClassifier.class, StoryClassifier::table);
        renderers.show(StoryClassifier.ErrorRates.class, StoryClassifier.ErrorRates::table);
        renderers.show(TracrFineTuning.Cell.class, cell -> TracrFineTuning.table(List.of(cell)));
        renderers.show(PcfgGates.class, PcfgGates::table);
        renderers.show(LogitLens.class, InsideFigures::lens);
        renderers.show(AttentionPatterns.class, InsideFigures::attention);
        renderers.show(ActivationPatching.class, InsideFigures::patching);
        renderers.show(OutputDivergence.class, InsideFigures::divergence);
        renderers.show(ActivationDifference.class, InsideFigures::difference);
        renderers.show(WeightAmplification.class, InsideFigures::amplification);
    }

    // Metrics and learning again below each other: together they are wider than a page.
    private static List<Table> inTwo(UnlearningResults results) {
        Table all = results.table();
        int from = all.columnIndex("relearning");
        Table metrics = Table.create(all.name(), all.columns().subList(0, from));
        Table again = Table.create("learning again", all.columns().subList(from, all.columnCount()));
        return List.of(metrics, again.insertColumn(0, all.column(0)));
    }
}
