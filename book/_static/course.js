// Opened as a file, a page may not read other pages: list the search results without excerpts.
if (window.location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// A quiz's field for a number has its question as its name, and what a quiz answers is read aloud.
document.addEventListener("DOMContentLoaded", () => {
  for (const quiz of document.querySelectorAll(".Quiz")) {
    quiz.querySelector("input.Input-text")?.setAttribute("aria-label", quiz.firstElementChild.textContent);
    quiz.querySelector(".Feedback")?.setAttribute("role", "status");
    quiz.setAttribute("role", "group");
    quiz.setAttribute("aria-label", quiz.firstElementChild.textContent);
  }
});
