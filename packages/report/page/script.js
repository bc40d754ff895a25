// The filter of the page: what it shows is in the fragment of its address, so that a link keeps it.
// Everything else needs no script.

/** @typedef {{ readonly [facet: string]: string }} Choice what is asked for; empty: everything */

const form = /** @type {HTMLFormElement} */ (document.getElementById('filter'));
const status = /** @type {HTMLElement} */ (form.querySelector('[role=status]'));
const selects = [...form.querySelectorAll('select')];
const filtered = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-tier]')]);
const articles = [...document.querySelectorAll('article')].filter((one) => one.querySelector('section'));

/** @returns {Choice} */
function chosen() {
  return Object.fromEntries(selects.map(({ name, value }) => [name, value]));
}

/**
 * @param {HTMLElement} element
 * @param {Choice} choice
 */
function matches({ dataset }, choice) {
  return Object.entries(choice).every(
    ([facet, value]) => value === '' || (dataset[facet] ?? '').split(',').includes(value),
  );
}

/** Shows what is chosen, and says how much of the whole that is. */
function show() {
  const choice = chosen();
  for (const element of filtered) element.hidden = !matches(element, choice);
  for (const article of articles) article.hidden = article.querySelector('section:not([hidden])') === null;
  const kinds = [...new Set(filtered.flatMap(({ dataset }) => dataset['counted'] ?? []))];
  const counts = kinds.map((kind) => {
    const all = filtered.filter(({ dataset }) => dataset['counted'] === kind);
    return `${all.filter(({ hidden }) => !hidden).length} of ${all.length} ${kind}`;
  });
  const text = `Shown: ${counts.join(', ')}.`;
  // Said again only where it is something else.
  if (status.textContent !== text) status.textContent = text;
}

/** Puts what is chosen into the address, beside the place that it leads to. */
function keep(/** @type {string} */ at) {
  const asked = Object.entries(chosen()).filter(([, value]) => value !== '');
  if (asked.length === 0) history.replaceState(null, '', at === '' ? location.pathname + location.search : `#${at}`);
  else history.replaceState(null, '', `#${new URLSearchParams([...asked, ...(at === '' ? [] : [['at', at]])])}`);
}

/** Reads the address. One that names a place alone leaves the filter as it is, but for a place that it hides. */
function read() {
  const fragment = decodeURIComponent(location.hash.slice(1));
  const isPlace = document.getElementById(fragment) !== null;
  const asked = new URLSearchParams(isPlace ? '' : location.hash.slice(1));
  if (!isPlace) for (const select of selects) choose(select, asked.get(select.name) ?? '');
  show();
  const at = isPlace ? fragment : (asked.get('at') ?? '');
  const place = document.getElementById(at);
  if (place === null) return;
  if (place.closest('[hidden]') !== null) {
    form.reset();
    show();
  }
  keep(at);
  place.scrollIntoView();
}

/**
 * What an address asks for and the page does not have is not asked for.
 *
 * @param {HTMLSelectElement} select
 * @param {string} value
 */
function choose(select, value) {
  select.value = [...select.options].some((option) => option.value === value) ? value : '';
}

form.addEventListener('change', () => {
  keep('');
  show();
});
form.addEventListener('reset', () => {
  // The fields are empty only after the event.
  setTimeout(() => {
    keep('');
    show();
  });
});
form.addEventListener('submit', (event) => event.preventDefault());
addEventListener('hashchange', read);
form.hidden = false;
read();
