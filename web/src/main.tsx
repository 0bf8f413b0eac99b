/** @file Puts the explorer on the page. */
import { render } from 'preact';
import './styles/theme.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import { Shell } from './shell.tsx';
import { HttpSource } from './source/http.ts';
import { type Source, SourceContext } from './source/source.ts';
import { StaticSource } from './source/static.ts';

/** An exported page says in its head that it is one. */
function openSource(): Source {
  const source = document.querySelector<HTMLMetaElement>('meta[name="instdisc-source"]');
  return source?.content === 'site' ? new StaticSource(source.dataset['at']) : new HttpSource();
}

render(
  <SourceContext value={openSource()}>
    <Shell />
  </SourceContext>,
  document.querySelector('#page')!,
);
