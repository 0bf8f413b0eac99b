/** @file Light or dark: as the system is, until the reader says otherwise. */
import { computed, effect, signal } from '@preact/signals';

type Theme = 'light' | 'dark';

const KEY = 'instdisc.theme';
const preference = matchMedia('(prefers-color-scheme: dark)');
const ofSystem = signal<Theme>(preference.matches ? 'dark' : 'light');
const stored = localStorage.getItem(KEY);
const chosen = signal<Theme | undefined>(stored === 'light' || stored === 'dark' ? stored : undefined);

preference.addEventListener('change', ({ matches }) => {
  ofSystem.value = matches ? 'dark' : 'light';
});

export const theme = computed(() => chosen.value ?? ofSystem.value);

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, chosen.value);
}
