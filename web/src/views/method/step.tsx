/** @file One step of the explanation: a number, a title, and what is seen there. */
import type { ComponentChildren, JSX } from 'preact';

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Step({ number, title, children }: StepProps): JSX.Element {
  return (
    <section class="step" aria-labelledby={`step-${number}`}>
      <h2 id={`step-${number}`}>
        <span class="step-number" aria-hidden="true">
          {number}
        </span>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** A number with its name. */
export function Fact({ name, children }: { name: ComponentChildren; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
