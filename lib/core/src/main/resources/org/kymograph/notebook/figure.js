(function () {
  var page = window.kymograph;
  if (!page) {
    var ready = null;
    var unpack = function (buffer) {
      var bytes = new Uint8Array(buffer);
      if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
      return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
    };
    var evaluate = function (code) {
      var script = document.createElement('script');
      script.textContent = '(function (define, module, exports) {' + code + '\n}).call(window);';
      document.head.appendChild(script);
      if (!window.Plotly) throw new Error('plotly did not start');
      return window.Plotly;
    };
    var base = function () {
      var lab = document.getElementById('jupyter-config-data');
      if (lab) return JSON.parse(lab.textContent).baseUrl;
      return document.body.dataset.baseUrl;
    };
    var download = function (file) {
      var root = base();
      if (!root) return Promise.reject(new Error('no notebook server'));
      return fetch(root.replace(/\/?$/, '/') + 'kernelspecs/kymograph/' + file, {credentials: 'same-origin'}).then(function (answer) {
        if (!answer.ok) throw new Error(file + ': ' + answer.status);
        return answer.arrayBuffer();
      }).then(unpack).then(evaluate);
    };
    var load = function () {
      if (window.Plotly) return Promise.resolve(window.Plotly);
      if (ready) return ready;
      var inlined = document.getElementById('kymograph-plotly');
      if (inlined) {
        ready = Promise.resolve(Uint8Array.from(atob(inlined.textContent.trim()), function (c) { return c.charCodeAt(0); }))
          .then(unpack).then(evaluate);
      } else {
        ready = download('plotly.js.gz').catch(function () { return download('plotly.min.js'); });
      }
      ready.catch(function () { ready = null; });
      return ready;
    };
    var style = function () {
      if (document.getElementById('kymograph-style')) return;
      var css = document.createElement('style');
      css.id = 'kymograph-style';
      css.textContent = '.kymograph-figure .main-svg .infolayer text, .kymograph-figure .main-svg [class*="layer-above"] text,'
        + '.kymograph-figure .main-svg [class*="layer-below"] text, .kymograph-figure .main-svg .shape-label text {fill: currentColor !important; fill-opacity: 0.85}';
      document.head.appendChild(css);
    };
    var show = function (figure, figureDiv, Plotly) {
      var target = document.createElement('div');
      style();
      figureDiv.appendChild(target);
      var drawn = figure.draw
        ? figure.draw({getElementById: function () { return target; }}, Object.assign({}, Plotly, {
          newPlot: function (div, data, layout, config) {
            return Plotly.newPlot(div, data, Object.assign({template: figure.template}, layout), Object.assign({displaylogo: false}, config));
          }}))
        : Plotly.newPlot(target, figure.data, figure.layout, figure.config);
      return Promise.resolve(drawn).then(function () {
        if (window.ResizeObserver) new ResizeObserver(function () {
          if (target.offsetWidth && target.isConnected) Plotly.Plots.resize(target);
        }).observe(figureDiv);
      });
    };
    var visible = function (figureDiv, on) {
      figureDiv.querySelectorAll('.kymograph-stand-in').forEach(function (e) { e.style.display = on ? '' : 'none'; });
    };
    page = window.kymograph = {
      // A front end may run a script before its output is part of the page, or long before it is scrolled into view.
      draw: function (key, figure, tries) {
        var waiting = document.querySelectorAll('.kymograph-figure[data-figure="' + key + '"]:not([data-drawn])');
        tries = tries || 0;
        if (!waiting.length) {
          if (tries < 700) setTimeout(function () { page.draw(key, figure, tries + 1); }, tries < 100 ? 50 : 1000);
          return;
        }
        waiting.forEach(function (figureDiv) {
          figureDiv.setAttribute('data-drawn', 'waiting');
          visible(figureDiv, false);
          load().then(function (Plotly) { return show(figure, figureDiv, Plotly); }).then(function () {
            figureDiv.setAttribute('data-drawn', 'yes');
          }, function (problem) {
            figureDiv.setAttribute('data-drawn', 'no');
            visible(figureDiv, true);
            if (window.console) console.warn('Kymograph figure: ' + problem.message);
          });
        });
      }
    };
  }
  page.draw(/*ARGUMENTS*/);
})();
