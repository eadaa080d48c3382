package org.kymograph.connectivity.figures;

import java.util.List;
import org.kymograph.connectivity.align.RotationMatching;
import org.kymograph.connectivity.align.WeightMatching;
import org.kymograph.connectivity.berts.FeatherBerts;
import org.kymograph.connectivity.cluster.Association;
import org.kymograph.connectivity.cluster.BasinDynamics;
import org.kymograph.connectivity.cluster.BasinEvidence;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.cluster.ClusterEffect;
import org.kymograph.connectivity.cluster.ExtremeModels;
import org.kymograph.connectivity.curves.ClassificationScores;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.connectivity.curves.PointScores;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.gap.Transitivity;
import org.kymograph.connectivity.logs.EvaluationLog;
import org.kymograph.connectivity.path.ConnectingPath;
import org.kymograph.connectivity.path.SimplicialComplex;
import org.kymograph.connectivity.plane.Plane;
import org.kymograph.connectivity.plane.Surface;
import org.kymograph.connectivity.ridge.RecordedMap;
import org.kymograph.connectivity.ridge.Ridge;
import org.kymograph.connectivity.sharpness.Sharpness;
import org.kymograph.connectivity.tasks.RunTask;
import org.kymograph.connectivity.tasks.Spawning;
import org.kymograph.evaluate.FeatureConnectivity;
import org.kymograph.evaluate.LayerBarriers;
import org.kymograph.notebook.Renderers;
import org.kymograph.notebook.ResultRenderers;
import org.kymograph.plot.Plots;
import org.kymograph.stats.ClusterAgreement;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How the results of the lab of connectivity are shown. A clustering never comes without its evidence. */
public final class ConnectivityRenderers implements ResultRenderers {
    @Override
    public void addTo(Renderers renderers) {
        renderers.show(GapMatrix.class, gap -> GapMap.of(gap).plot());
        renderers.show(GapMap.class, GapMap::plot);
        renderers.show(Transitivity.class, t -> List.of(BasinPlots.violations(t), t.table()));
        renderers.show(
                Basins.class,
                b -> List.of(b.evidence().sentence(), b.table(), b.evidence().table()));
        renderers.show(BasinEvidence.class, e -> List.of(e.sentence(), e.table()));
        renderers.show(BasinDynamics.class, d -> List.of(d.sentence(), d.table()));
        renderers.show(ClusterEffect.class, e -> List.of(e.sentence(), e.table()));
        renderers.show(Association.class, a -> List.of(a.sentence(), a.table()));
        renderers.show(ExtremeModels.class, ExtremeModels::table);
        renderers.show(Models.class, Models::table);
        renderers.show(PairCurve.class, c -> CurvePlots.curves(List.of(c)));
        renderers.show(
                PairCurves.class,
                c -> c.notes().isEmpty()
                        ? c.table()
                        : List.of(Table.create("notes", StringColumn.create("note", c.notes())), c.table()));
        renderers.show(ClassificationScores.class, ClassificationScores::table);
        renderers.show(EvaluationLog.class, log -> List.of(log.scores().table(), log.table()));
        renderers.show(PointScores.class, PointScores::table);
        renderers.show(Plane.class, Plane::table);
        renderers.show(Surface.class, s -> SurfacePlots.contours(s, "loss"));
        renderers.show(Ridge.class, r -> List.of(RidgePlots.concentration(r), r.table()));
        renderers.show(RecordedMap.class, RecordedMap::table);
        renderers.show(RunTask.class, RunTask::task);
        renderers.show(Sharpness.class, Sharpness::table);
        renderers.show(WeightMatching.class, WeightMatching::table);
        renderers.show(ConnectingPath.class, p -> Plots.lines(p.table(), "step", "loss")
                .withoutLegend());
        renderers.show(RotationMatching.class, RotationMatching::table);
        renderers.show(Spawning.class, s -> List.of(s.sentence(), s.table()));
        renderers.show(ClusterAgreement.class, ClusterAgreement::table);
        renderers.show(FeatureConnectivity.class, FeatureConnectivity::table);
        renderers.show(LayerBarriers.class, LayerBarriers::table);
        renderers.show(SimplicialComplex.class, c -> Plots.lines(c.table(), "step", "loss")
                .withoutLegend());
        renderers.show(FeatherBerts.class, FeatherBerts::effects);
    }
}
