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
    var decode = function (base64) {
      return Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); });
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
        ready = Promise.resolve(decode(inlined.textContent.trim())).then(unpack).then(evaluate);
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
        + '.kymograph-figure .main-svg [class*="layer-below"] text, .kymograph-figure .main-svg .shape-label text {fill: currentColor !important; fill-opacity: 0.85}'
        + '.kymograph-figure .main-svg .infolayer rect.bg[style*="fill: rgb(255, 255, 255)"] ~ text {fill: black !important}';
      document.head.appendChild(css);
    };
    var show = function (figure, figureDiv, Plotly) {
      var target = document.createElement('div');
      // Its own width is not the page's to make room for.
      if (figure.layout && figure.layout.width) target.style.cssText = 'width:0;min-width:100%';
      style();
      figureDiv.appendChild(target);
      var drawn = figure.draw
        ? figure.draw({getElementById: function () { return target; }}, Object.assign({}, Plotly, {
          newPlot: function (div, data, layout, config) {
            return Plotly.newPlot(div, data, Object.assign({template: figure.template}, layout), Object.assign({displaylogo: false}, config));
          }}))
        : Plotly.newPlot(target, figure);
      return Promise.resolve(drawn).then(function () {
        if (figure.layout && figure.layout.meta && figure.layout.meta.pictures) pictures(target, figure.layout.meta.pictures);
        if (window.ResizeObserver) new ResizeObserver(function () {
          if (!target.offsetWidth || !target.isConnected) return;
          Plotly.Plots.resize(target);
          fit(target, figureDiv.clientWidth, figure.layout && figure.layout.width);
        }).observe(figureDiv);
      });
    };
    // A figure of a width of its own shrinks a little where the page is narrower; beyond that the page moves it aside.
    var fit = function (target, room, wide) {
      var scale = room < wide ? Math.max(0.75, room / wide) : 1;
      target.style.transformOrigin = '0 0';
      target.style.transform = scale < 1 ? 'scale(' + scale + ')' : '';
      target.style.marginBottom = (scale - 1) * target.offsetHeight + 'px';
    };
    // The picture of the point under the pointer, cut out of a sheet of pictures.
    var pictures = function (target, sheet) {
      var box = document.createElement('div');
      var scale = Math.max(1, Math.round(84 / sheet.width));
      var w = sheet.width * scale, h = sheet.height * scale;
      box.style.cssText = 'position:absolute;display:none;pointer-events:none;z-index:9;border:2px solid #888;image-rendering:pixelated;background-image:url('
        + sheet.sheet + ');width:' + w + 'px;height:' + h + 'px;background-size:' + w * sheet.columns + 'px ' + h * sheet.lines + 'px';
      target.style.position = 'relative';
      target.appendChild(box);
      target.on('plotly_hover', function (hover) {
        var point = hover.points[0], trace = sheet.places[point.curveNumber];
        var place = trace ? trace[point.pointNumber] : -1;
        if (!(place >= 0)) { box.style.display = 'none'; return; }
        var x = point.xaxis._offset + point.xaxis.d2p(point.x), y = point.yaxis._offset + point.yaxis.d2p(point.y);
        box.style.backgroundPosition = -w * (place % sheet.columns) + 'px ' + -h * Math.floor(place / sheet.columns) + 'px';
        box.style.left = (x > w + 16 ? x - w - 16 : x + 16) + 'px';
        box.style.top = Math.max(0, x > w + 16 ? y - h / 2 : y - h - 40) + 'px';
        box.style.display = '';
      });
      target.on('plotly_unhover', function () { box.style.display = 'none'; });
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
          var given = typeof figure === 'string' ? unpack(decode(figure)).then(JSON.parse) : figure;
          Promise.all([given, load()]).then(function (both) { return show(both[0], figureDiv, both[1]); }).then(function () {
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
