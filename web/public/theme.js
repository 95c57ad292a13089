// Runs before the first paint, so that the page never flashes in the other theme. A file of its own: the CSP allows no inline script.
{
  let theme = null
  try {
    theme = localStorage.getItem('flowlens.theme')
  } catch {
    /* storage is off: the system's theme holds */
  }
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
}
