/** What every package uses: argument checks, copies of settings, columns of tables, work on several threads, progress. */
package org.kymograph.base;
