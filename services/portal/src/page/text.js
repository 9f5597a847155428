/** An element with attributes and children; text is text, and what is missing is left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(
    ...children.flat().filter((child) => child !== undefined && child !== null && child !== false && child !== ''),
  );
  return element;
}

export function milliseconds(value) {
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
}
